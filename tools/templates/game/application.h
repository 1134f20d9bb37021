#pragma once

#include <shaddock/application.h>

// What servers there are, and what each answers. For main(), and for the tests.
void describe(shaddock::Application& app);
