# What `cmake --install` puts where, and the Debian package that `cpack` makes of it.
#
# Man pages and completions are printed by the binary that is installed, so they cannot differ from
# what it does.

set(packaging ${PROJECT_SOURCE_DIR}/packaging)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

install(TARGETS berth RUNTIME DESTINATION bin)
install(CODE "execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${packaging}/install_documents \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")")
install(FILES ${packaging}/debian/copyright DESTINATION share/doc/berth)
install(FILES ${packaging}/debian/sysusers.conf DESTINATION lib/sysusers.d RENAME berth.conf)
install(FILES ${packaging}/debian/tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME berth.conf)
install(FILES ${packaging}/debian/berth.service DESTINATION /lib/systemd/system)
install(FILES ${packaging}/debian/berth.yaml DESTINATION /etc/berth)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME berth)
set(CPACK_PACKAGE_VENDOR "Berth")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Berth maintainers <maintainers@berth.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "OCI registry, client and unpacker in one binary")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "ca-certificates, init-system-helpers (>= 1.54~), systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Berth serves an OCI registry on one data directory, with no other service:
images, Helm charts and any other artifact, with users and rights, quotas,
retention and metrics. The same binary is a client of any registry: it
copies, pulls, pushes and inspects, and unpacks images as bundles that runc
starts, verifying every byte.")
set(control ${packaging}/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${control}/conffiles ${control}/postinst ${control}/prerm ${control}/postrm)
include(CPack)
