#include "net/tls_credentials.h"

#include <doctest/doctest.h>

#include "net/tls_test_certificate.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

std::string pem_error(const std::string& certificate, const std::string& key,
                      const std::string& password = {}) {
  auto made = credentials_from_pem(certificate, key, password);
  return made ? "" : made.error().text;
}

std::string pkcs12_error(const std::string& bytes, const std::string& password) {
  auto made = credentials_from_pkcs12(bytes, password);
  return made ? "" : made.error().text;
}

}  // namespace

TEST_CASE("A certificate and its key are taken, and the issuers that follow in the file") {
  const TestCertificate own, issuer;
  CHECK(pem_error(own.certificate(), own.key()) == "");
  const auto made =
      credentials_from_pem(own.certificate() + "a remark\n" + issuer.certificate(), own.key(), "");
  REQUIRE(made.ok());
  CHECK(sk_X509_num(made->issuers.get()) == 1);
}

TEST_CASE("What is wrong with PEM files is said in words") {
  const TestCertificate own, other;
  const std::string certificate = own.certificate();
  CHECK(pem_error("", own.key()) == "the certificate file holds no certificate in PEM");
  CHECK(pem_error("\x30\x82 binary", own.key()) ==
        "the certificate file holds no certificate in PEM");
  CHECK(pem_error(certificate + certificate.substr(0, 200), own.key()) ==
        "the certificate file certificate 2 in it is damaged");
  CHECK(pem_error(certificate, "") == "the key file holds no private key in PEM");
  CHECK(pem_error(certificate, certificate) == "the key file holds no private key in PEM");
  CHECK(pem_error(certificate, own.key().substr(0, 100)) ==
        "the key file holds no private key in PEM");
  CHECK(pem_error(certificate, other.key()) == "the key does not belong to the certificate");
}

TEST_CASE("A certificate is taken in its time only") {
  TestCertificate::Wishes wishes;
  wishes.valid_until = -60;
  const TestCertificate old(wishes);
  CHECK(pem_error(old.certificate(), old.key()).starts_with("the certificate expired on "));
  CHECK(pem_error(old.certificate(), old.key()).ends_with(" GMT"));
  wishes = {};
  wishes.valid_from = 600;
  const TestCertificate early(wishes);
  CHECK(pem_error(early.certificate(), early.key())
            .starts_with("the certificate is not valid before "));
}

TEST_CASE("A locked key opens with its password, and nobody is asked for one") {
  const TestCertificate own;
  const std::string locked = own.key("open sesame");
  CHECK(pem_error(own.certificate(), locked, "open sesame") == "");
  CHECK(pem_error(own.certificate(), locked, "open barley") ==
        "the key file holds a key that the password does not open");
  CHECK(pem_error(own.certificate(), locked) ==
        "the key file holds a locked key, and no password is given");
  CHECK(pem_error(own.certificate(), own.key(), "not needed") == "");
}

TEST_CASE("A PKCS#12 file opens with its password") {
  const TestCertificate own;
  const std::string file = own.pkcs12("open sesame");
  CHECK(pkcs12_error(file, "open sesame") == "");
  CHECK(pkcs12_error(file, "open barley") == "the password does not open the PKCS#12 file");
  CHECK(pkcs12_error(file, "") == "the PKCS#12 file is locked, and no password is given");
  CHECK(pkcs12_error(own.pkcs12(""), "") == "");
  CHECK(pkcs12_error(own.certificate(), "") == "the file is not PKCS#12");
  CHECK(pkcs12_error("", "") == "the file is not PKCS#12");
  CHECK(pkcs12_error(file.substr(0, file.size() / 2), "open sesame") == "the file is not PKCS#12");
}

TEST_CASE("An expired certificate in a PKCS#12 file is refused as in PEM") {
  TestCertificate::Wishes wishes;
  wishes.valid_until = -60;
  CHECK(pkcs12_error(TestCertificate(wishes).pkcs12("x"), "x")
            .starts_with("the certificate expired on "));
}

TEST_CASE("Every certificate of a list of issuers is read") {
  const TestCertificate one, two;
  const auto both = certificates_from_pem(one.certificate() + two.certificate());
  REQUIRE(both.ok());
  CHECK(sk_X509_num(both->get()) == 2);
  CHECK(certificates_from_pem("none").error().text == "holds no certificate in PEM");
}
