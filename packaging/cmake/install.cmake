# `cmake --install` layout and the Debian package (`cpack -G DEB` in build/release). The units name /usr/bin/mmm, so the
# release preset's prefix is /usr.

install(FILES packaging/systemd/mmm-agent.service packaging/systemd/mmm-monitor.service
    "packaging/systemd/mmm-monitor@.service" DESTINATION lib/systemd/system)
install(FILES packaging/sysusers.d/mmm.conf DESTINATION lib/sysusers.d)
install(FILES packaging/tmpfiles.d/mmm.conf DESTINATION lib/tmpfiles.d)
install(FILES README.md ARCHITECTURE.md packaging/debian/copyright DESTINATION share/doc/mmm)
install(DIRECTORY packaging/examples DESTINATION share/doc/mmm FILES_MATCHING PATTERN "*.toml")
install(DIRECTORY docs/ DESTINATION share/doc/mmm/docs FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mmm)
set(CPACK_PACKAGE_VENDOR "mmm")
set(CPACK_PACKAGE_CONTACT "mmm maintainers <mmm@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "multi-master replication manager for MariaDB and MySQL")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Keeps exactly one of two masters writable behind a writer address, spreads
reader addresses over replicas that are healthy, and moves them when something
fails. One static binary is the monitor, the agent of each database host and
the control program.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# The binary is static; the maintainer scripts use what is there.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS systemd)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "mariadb-server | mysql-server")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/debian/postinst"
    "${PROJECT_SOURCE_DIR}/packaging/debian/prerm"
    "${PROJECT_SOURCE_DIR}/packaging/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
