#pragma once

// Everything an application needs.
#include <shaddock/application.h>
#include <shaddock/channel.h>
#include <shaddock/error.h>
#include <shaddock/fields.h>
#include <shaddock/handler.h>
#include <shaddock/json.h>
#include <shaddock/log.h>
#include <shaddock/routing.h>
#include <shaddock/server.h>
#include <shaddock/session.h>
#include <shaddock/settings.h>
#include <shaddock/task.h>
