/// The version, as in packaging/debian/changelog; `make check` compares the two.
package let agentVersion = "0.1.0"
