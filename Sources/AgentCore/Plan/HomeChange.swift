/// A change to a home or to something in it, by what stands at one place of it.
package struct HomeChange: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// A home of this mode is made there, with what skel(5) has. Only for the home itself.
        case make(mode: UInt32)
        /// A home that is nobody's or root's becomes the user's. Only for the home itself, and the only thing that takes root's rights
        /// on what is the user's.
        case own
        /// Permission bits, with the user's own rights.
        case mode(UInt32)
        /// Renamed in the same folder, so that something else can take the place.
        case setAside
        /// The immutable and append-only attributes (chattr(1)) are taken away, which only root can.
        case clearAttributes
        /// The home with all that is in it goes. Nothing undoes that.
        case remove
        /// A home that the agent made goes, with what it put there: what skel(5) has, and these files of keys. Where anything else is
        /// in it, it is set aside, root's alone. Nothing undoes that.
        case removeMade(keys: [ForeignText])
    }

    package let user: UserName
    /// The home, as passwd has it.
    package let home: ForeignText
    /// Relative to the home; empty for the home itself.
    package let part: ForeignText
    package let action: Action

    package init(user: UserName, home: ForeignText, part: ForeignText = ForeignText([]), _ action: Action) {
        self.user = user
        self.home = home
        self.part = part
        self.action = action
    }

    /// For people.
    package var shown: String { part.isEmpty ? home.escaped() : "\(home.escaped())/\(part.escaped())" }
}

/// How a change to a home is taken back.
package struct HomeUndo: Hashable, Sendable {
    package enum Former: Hashable, Sendable {
        /// Nothing was there.
        case nothing
        case owner(uid: UInt32, gid: UInt32)
        case mode(UInt32)
        /// It lies under this name beside the old one.
        case renamed(ForeignText)
        case attributes(Int)
    }

    package let change: HomeChange
    package let former: Former
    /// The file that was changed: another one in its place is left alone.
    package let inode: UInt64

    package init(_ change: HomeChange, former: Former, inode: UInt64) {
        self.change = change
        self.former = former
        self.inode = inode
    }

    var document: JSONOutput {
        let word: String
        var value: JSONOutput = .null
        switch former {
        case .nothing: word = "make"
        case .owner(let uid, let gid):
            word = "own"
            value = .array([.integer(Int(uid)), .integer(Int(gid))])
        case .mode(let mode):
            word = "mode"
            value = .integer(Int(mode))
        case .renamed(let name):
            word = "aside"
            value = .string(Hex.text(of: name.bytes))
        case .attributes(let bits):
            word = "attributes"
            value = .integer(bits)
        }
        return .object([
            ("kind", .string("home")), ("user", .string(change.user.text)), ("home", .string(Hex.text(of: change.home.bytes))),
            ("part", .string(Hex.text(of: change.part.bytes))), ("action", .string(word)), ("former", value),
            ("inode", .string(String(inode))),
        ])
    }

    init?(_ object: JSONObject) {
        func bytes(_ key: String) -> ForeignText? {
            object.present(key)?.string.flatMap { Hex.bytes(of: $0.foreignText.bytes) }.map { ForeignText($0) }
        }
        guard let user = object["user"]?.string.flatMap({ try? UserName($0.foreignText) }), let home = bytes("home"),
            let part = bytes("part"),
            let word = object["action"]?.string,
            let inode = object["inode"]?.string.flatMap({ UInt64(String(decoding: $0.foreignText.bytes, as: UTF8.self)) })
        else { return nil }
        let value = object["former"]
        let former: Former
        let action: HomeChange.Action
        if word.spells("make") {
            (former, action) = (.nothing, .make(mode: 0))
        } else if word.spells("own") {
            let ids = (value?.array ?? []).compactMap { $0.integer.flatMap { UInt32(exactly: $0) } }
            guard ids.count == 2 else { return nil }
            (former, action) = (.owner(uid: ids[0], gid: ids[1]), .own)
        } else if word.spells("mode") {
            guard let mode = value?.integer.flatMap({ UInt32(exactly: $0) }) else { return nil }
            (former, action) = (.mode(mode), .mode(mode))
        } else if word.spells("aside") {
            guard let name = bytes("former") else { return nil }
            (former, action) = (.renamed(name), .setAside)
        } else if word.spells("attributes") {
            guard let bits = value?.integer else { return nil }
            (former, action) = (.attributes(bits), .clearAttributes)
        } else {
            return nil
        }
        self.init(HomeChange(user: user, home: home, part: part, action), former: former, inode: inode)
    }
}
