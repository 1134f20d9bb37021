#include "report_json.h"

#include <shaddock/json.h>

#include <cmath>

namespace shaddock::load {

namespace {

Json rounded(double value, double scale = 1000) { return std::round(value * scale) / scale; }

Json us(std::uint64_t ns) {
  constexpr double kNsPerUs = 1000;
  return rounded(static_cast<double>(ns) / kNsPerUs);
}

void set_if(Json& object, const char* name, std::optional<double> value) {
  constexpr double kSixDecimals = 1e6;
  if (value) object.set(name, rounded(*value, kSixDecimals));
}

Json latency_json(const Histogram& latency) {
  constexpr double kNsPerUs = 1000;
  return {{"count", latency.count()},
          {"min", us(latency.min_ns())},
          {"mean", rounded(latency.mean_ns() / kNsPerUs)},
          {"p50", us(latency.percentile_ns(0.5))},
          {"p90", us(latency.percentile_ns(0.9))},
          {"p99", us(latency.percentile_ns(0.99))},
          {"p99_9", us(latency.percentile_ns(0.999))},
          {"max", us(latency.max_ns())}};
}

Json texts_json(const Counters& total) {
  Json texts = Json::object();
  for (const auto& [text, times] : total.error_texts) texts.set(text, times);
  return texts;
}

Json server_json(const ServerUse& server) {
  Json json{{"name", server.name}, {"pid", server.pid}};
  if (server.gone) return json.set("gone", true);
  json.set("cpu_seconds", rounded(server.cpu_seconds, 1e6));
  json.set("rss_bytes", server.rss_bytes);
  json.set("pss_bytes", server.pss_bytes);
  set_if(json, "bytes_per_connection", server.bytes_per_connection);
  return json;
}

Json second_json(const Second& second) {
  Json json{{"t", rounded(second.t)}, {"count", second.count}};
  if (!second.has_latency) return json;
  json.set("p50", rounded(second.p50_us));
  json.set("p99", rounded(second.p99_us));
  return json;
}

template <class Item>
Json list(const std::vector<Item>& items, Json (*one)(const Item&)) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(one(item));
  return json;
}

void set_question(Json& json, const LoadResult& result) {
  json.set("script", result.script);
  if (!result.route.empty()) json.set("route", result.route);
  json.set("urls",
           list<std::string>(result.urls, [](const std::string& url) { return Json(url); }));
  json.set("clients", result.clients);
  if (result.rooms) json.set("rooms", *result.rooms);
  if (result.senders) json.set("senders", *result.senders);
  if (result.inflight) json.set("inflight", *result.inflight);
  if (result.rate) json.set("rate", *result.rate);
  json.set("threads", result.threads);
  if (result.awake) json.set("awake", true);
}

void set_counts(Json& json, const LoadResult& result) {
  const Counters& total = result.total;
  json.set("seconds", rounded(result.seconds));
  json.set("count", total.count);
  if (result.has_rate()) {
    json.set("per_second", rounded(result.per_second()));
    set_if(json, "per_cpu_second", result.per_cpu_second());
  }
  json.set("errors", total.errors);
  json.set("wrong", total.wrong);
  json.set("unanswered", total.unanswered);
  json.set("lost", total.lost);
  json.set("doubled", total.doubled);
  json.set("error_texts", texts_json(total));
  if (total.latency.count() > 0) json.set("latency_us", latency_json(total.latency));
  set_if(json, "messages_per_write", result.messages_per_write());
  set_if(json, "messages_per_read", result.messages_per_read());
  json.set("bytes_sent", total.bytes_sent);
  json.set("bytes_received", total.bytes_received);
}

void set_use(Json& json, const LoadResult& result) {
  set_if(json, "cpu_seconds", result.cpu_seconds());
  set_if(json, "load_cpu_seconds", result.load_cpu_seconds);
  if (!result.servers.empty()) json.set("servers", list<ServerUse>(result.servers, server_json));
  set_if(json, "stolen", result.stolen);
  set_if(json, "cpu_busy", result.cpu_busy);
}

}  // namespace

std::string report_json(const LoadResult& result) {
  Json json = Json::object();
  set_question(json, result);
  set_counts(json, result);
  set_use(json, result);
  json.set("series", list<Second>(result.series, second_json));
  return json.dump();
}

}  // namespace shaddock::load
