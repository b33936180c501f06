# The page of the report: built by node into one C++ source of lockstep_tools.
set(report_dir ${CMAKE_SOURCE_DIR}/tools/report)
if(NOT EXISTS ${report_dir}/node_modules/esbuild OR NOT EXISTS ${report_dir}/node_modules/uplot)
  message(FATAL_ERROR "The report's packages are missing. Run: npm ci --prefix tools/report")
endif()
find_program(NODE node REQUIRED)
file(GLOB report_sources CONFIGURE_DEPENDS ${report_dir}/*.js ${report_dir}/*.css ${report_dir}/*.html)
set(report_page ${CMAKE_BINARY_DIR}/generated/report_page.cc)
add_custom_command(
  OUTPUT ${report_page}
  COMMAND ${NODE} ${report_dir}/build.mjs ${report_page}
  DEPENDS ${report_sources} ${report_dir}/build.mjs ${report_dir}/package-lock.json
  COMMENT "Building the report's page"
  VERBATIM)
target_sources(lockstep_tools PRIVATE ${report_page})
