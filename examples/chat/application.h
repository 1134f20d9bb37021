#pragma once

#include <shaddock/application.h>

// The chat: a client asks the gate for a connector, enters a room there, and talks through the chat
// server that holds the room. config/servers.json says how many of each run.
void describe_chat(shaddock::Application& app);
