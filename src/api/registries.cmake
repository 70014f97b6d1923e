# The half of this folder that is about registries: their operations, sync, jobs, events, browsing;
# and the OpenAPI document, which becomes C++ when it changes.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS openapi.json)
file(READ openapi.json BERTH_OPENAPI)
configure_file(openapi_document.cpp.in openapi_document.cpp @ONLY)

set(api_registries
  aws_account.cpp browse.cpp browse_cache.cpp browse_chart.cpp browse_commands.cpp browse_content.cpp
  browse_embedded.cpp browse_live.cpp browse_manifest.cpp browse_target.cpp ecr_facts.cpp ecr_region_json.cpp ecr_regions.cpp events.cpp jobs.cpp
  openapi.cpp places.cpp ${CMAKE_CURRENT_BINARY_DIR}/openapi_document.cpp registries.cpp registries_etag.cpp
  registries_validate.cpp registry_json.cpp sync.cpp sync_routes.cpp validation_answer.cpp)
set(api_registries_tests
  aws_account_test.cpp browse_live_test.cpp browse_parts_test.cpp browse_test.cpp ecr_facts_test.cpp ecr_regions_test.cpp events_test.cpp
  jobs_test.cpp openapi_test.cpp places_test.cpp
  registries_test.cpp registry_json_test.cpp tenants_test.cpp)
