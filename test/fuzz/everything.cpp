#include "fuzz/everything.h"

template const shaddock::Type& shaddock::type_of<shaddock::fuzz::Everything>();
