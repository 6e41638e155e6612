/// What a password must be so that every program between here and the login takes it. How good it is, PAM says.
package enum PasswordRule {
    /// In bytes of UTF-8. crypt(3) gives no hash from 512 on (`CRYPT_MAX_PASSPHRASE_SIZE`, its NUL included; measured with
    /// yescrypt and SHA-512), and pam_unix reads no more than `PAM_MAX_RESP_SIZE`, 512.
    package static let longest = 511

    /// - Throws: `Refusal`. The sentence says nothing of the password but the rule that it broke.
    package static func check(_ password: Secret) throws(Refusal) {
        if password.count > longest {
            throw refusal(
                "is longer than \(longest) bytes, more than crypt(3) takes; letters beyond ASCII have 2 to 4 bytes; send a shorter one")
        }
        var index = 0
        while index < password.count {
            guard let length = UTF8Check.length(at: index, in: password) else { throw refusal("is not valid UTF-8") }
            // NUL and line feed end it for PAM and chpasswd; a terminal acts on the others when they are typed. 0xc2 is the
            // first byte of U+0080...U+009F, the control characters beyond ASCII.
            let byte = password[index]
            if byte < 0x20 || byte == 0x7f || byte == 0xc2 && password[index + 1] < 0xa0 {
                throw refusal("holds a control character, such as a line feed or a tab, that no prompt takes; send it without")
            }
            index += length
        }
    }

    private static func refusal(_ what: String) -> Refusal {
        Refusal(reason: "bad-password", message: "\"password\" \(what)")
    }
}
