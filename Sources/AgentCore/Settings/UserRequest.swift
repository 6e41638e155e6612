/// What is asked for one user, validated.
package struct UserRequest: Sendable {
    package let name: UserName
    package let password: Secret?
    /// In the order sent; the same key may be in it twice.
    package let keys: [KeyMaterial]
    /// `remove_prior_keys`: this user's other keys go. Only with `keys`.
    package let replacesKeys: Bool
    package let expiration: Expiration?
    /// `enable_passwordless_access`: sudo without a password, also for a user who has one.
    package let passwordlessSudo: Bool

    package init(
        name: UserName, password: Secret? = nil, keys: [KeyMaterial] = [], replacesKeys: Bool = false,
        expiration: Expiration? = nil, passwordlessSudo: Bool = false
    ) {
        self.name = name
        self.password = password
        self.keys = keys
        self.replacesKeys = replacesKeys
        self.expiration = expiration
        self.passwordlessSudo = passwordlessSudo
    }

    /// Whether there is a password or a key. Without one, the guest decides: an account that is there can be given what else
    /// is asked; one that is not can be made only where the guest has provisioning keys for it. Otherwise the plan refuses
    /// and says what is missing.
    package var hasCredential: Bool { password != nil || !keys.isEmpty }
}

/// What is asked for the file systems.
package enum DiskRequest: Hashable, Sendable {
    /// Look at the one that is named, or at all that are not mounted; change none.
    case check(DiskName?)
    case repair(DiskName)
}

/// The name of a disk or partition, such as `sdc1` or `/dev/sdc1`. That it is a block device of this VM is for the guest to
/// say; this only makes it safe to look for.
package struct DiskName: Hashable, Sendable {
    package static let longest = 255

    package let bytes: [UInt8]

    /// - Throws: `Refusal` for what cannot be the name of a device: blanks, control characters, `..`, a leading dash.
    package init(_ text: ForeignText) throws(Refusal) {
        let name = text.bytes
        let climbs = name.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
        let isPlain = name.allSatisfy { (0x21...0x7e).contains($0) }
        guard !name.isEmpty, name.count <= Self.longest, isPlain, !climbs, name.first != UInt8(ascii: "-") else {
            throw Refusal(
                reason: "bad-disk-name",
                message: "\"disk_name\" \(text.quoted(limit: 64)) is no name of a disk or partition; send one such as sdc1 or /dev/sdc1")
        }
        bytes = name
    }

    /// The name itself: nothing in it needs escaping.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
