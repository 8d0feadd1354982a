include(CMakePackageConfigHelpers)

set(HEARTSIGHT_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/heartsight")

install(TARGETS heartsight_headers heartsight EXPORT heartsightTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT heartsightTargets NAMESPACE heartsight:: DESTINATION "${HEARTSIGHT_CMAKE_DIR}")
if(TARGET heartsight_xgboost)
  install(TARGETS heartsight_xgboost EXPORT heartsightXgboostTargets
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(EXPORT heartsightXgboostTargets NAMESPACE heartsight:: DESTINATION "${HEARTSIGHT_CMAKE_DIR}")
endif()

configure_package_config_file(cmake/heartsightConfig.cmake.in "${PROJECT_BINARY_DIR}/heartsightConfig.cmake"
                              INSTALL_DESTINATION "${HEARTSIGHT_CMAKE_DIR}"
                              PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/heartsightConfigVersion.cmake"
                                 VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/heartsightConfig.cmake" "${PROJECT_BINARY_DIR}/heartsightConfigVersion.cmake"
              cmake/FindFLAC.cmake cmake/FindPugixml.cmake
        DESTINATION "${HEARTSIGHT_CMAKE_DIR}")
install(FILES LICENSE THIRD_PARTY_NOTICES DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/heartsight")

file(GLOB _bundles CONFIGURE_DEPENDS models/*.heartsight models/*.md)
install(FILES ${_bundles} DESTINATION "${CMAKE_INSTALL_DATADIR}/heartsight/models")
