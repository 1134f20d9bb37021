# Writes C++ that holds files: cmake -DNAME=web_files "-DFILES=a.html|b.js" -DOUTPUT=x.cpp -P ...

set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_json "application/json")
set(type_txt "text/plain; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_png "image/png")
set(type_jpg "image/jpeg")
set(type_ico "image/x-icon")
set(type_wasm "application/wasm")

string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(entries "")
set(index 0)
string(REPEAT "." 80 line)  # sixteen bytes
foreach(file IN LISTS files)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char kFile${index}[] = {\n${bytes}0};\n")

  get_filename_component(name ${file} NAME)
  get_filename_component(extension ${file} LAST_EXT)
  string(REGEX REPLACE "^\\." "" extension "${extension}")
  set(type "${type_${extension}}")
  if(NOT type)
    set(type "application/octet-stream")
  endif()
  set(paths "/${name}")
  if(name STREQUAL "index.html")
    list(PREPEND paths "/")
  endif()
  foreach(path IN LISTS paths)
    string(APPEND entries "      {\"${path}\", \"${type}\", bytes_of(kFile${index})},\n")
  endforeach()
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUTPUT} "#include \"${NAME}.h\"

#include <cstddef>
#include <string_view>

namespace {

${arrays}
// Without the zero at the end, which is there for empty files.
template <std::size_t size>
std::string_view bytes_of(const unsigned char (&file)[size]) {
  return {reinterpret_cast<const char*>(file), size - 1};
}

}  // namespace

std::vector<shaddock::StaticFile> ${NAME}() {
  return {
${entries}  };
}
")
