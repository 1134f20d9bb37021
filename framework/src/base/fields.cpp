#include <shaddock/fields.h>

#include <stdexcept>

#include "base/json_writer.h"

namespace shaddock {

std::size_t Type::find(std::string_view name, std::size_t hint) const {
  const std::size_t count = fields.size();
  for (std::size_t i = hint; i < count; ++i)
    if (fields[i].name == name) return i;
  for (std::size_t i = 0; i < hint && i < count; ++i)
    if (fields[i].name == name) return i;
  return count;
}

namespace detail {

void add_field(Type& type, Field field, const Type& (*describe)()) {
  const std::size_t index = type.fields.size();
  if (type.find(field.name) != index)
    throw std::logic_error("a message has two fields of the name " + field.name);

  Buffer key;
  key.push_back(',');
  write_json_string(field.name, key);
  key.push_back(':');
  field.json_key = key.view();
  field.described = &describe();
  if (index % 64 == 0) type.required.push_back(0);
  if (field.required) type.required.back() |= std::uint64_t{1} << (index % 64);
  type.fields.push_back(std::move(field));
}

}  // namespace detail
}  // namespace shaddock
