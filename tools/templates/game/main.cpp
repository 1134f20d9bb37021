#include "application.h"

int main(int argc, char** argv) {
  shaddock::Application app;
  describe(app);
  return app.run(argc, argv);
}
