extension Dialogue {
    /// The question that each state is about, with its answers.
    var question: Question {
        switch state {
        case .start, .menu, .waiting: Question("Type a number and press Enter: ")
        case .remountQuestion: Question("Make it writable now? Type yes or no: ")
        case .diagnosedName: Question("Whose login? Type a user name, or only Enter for all of SSH: ")
        case .userName: Question("Who is to get back in? Type the user name (only Enter: back): ")
        case .credential(let user):
            Question("What is \(user.text) to get? 1 password, 2 key, 3 both (only Enter: back): ")
        case .password(let wish):
            Question("New password of \(wish.user.text), which is not shown (only Enter: back): ", isHidden: true)
        case .passwordAgain: Question("The same password again: ", isHidden: true)
        case .key(_, let pieces):
            Question(pieces.isEmpty ? "The key, which is not shown: " : "", isHidden: true)
        case .confirmation(let settings, let plan):
            Question(
                Self.offersReset(settings, plan)
                    ? "Do this? Type yes, or reset (this, and reset SSH as well), or no: " : "Do this? Type yes or no: ")
        case .undoConfirmation: Question("Put this back? Type yes or no: ")
        }
    }

    // MARK: a writable root

    mutating func askRemount(then choice: Choice?, after lines: [String]) -> Turn {
        state = .remountQuestion(thenMenu: choice)
        mistakes = 0
        return ask(after: lines + wrap("The root file system is mounted read-only, so nothing can be changed yet."))
    }

    mutating func takeRemount(_ line: Secret, then choice: Choice?) -> Turn {
        switch Self.word(line) {
        case "yes", "y", "1": return perform(.remount, .remount(thenMenu: choice), after: [])
        case "no", "n", "", "2": return menu(after: wrap("It stays read-only: only 1, 5 and 6 can be done."))
        default: return mistake("Type yes or no.")
        }
    }

    // MARK: whom, and what

    mutating func takeDiagnosedName(_ line: Secret) -> Turn {
        let text = Self.trimmed(line)
        if text.isEmpty { return perform(.diagnose(nil), .diagnosis, after: ["Looking ..."]) }
        do throws(Refusal) {
            return perform(.diagnose(try UserName(text)), .diagnosis, after: ["Looking ..."])
        } catch {
            return mistake(Self.sentence(error))
        }
    }

    mutating func takeUserName(_ line: Secret) -> Turn {
        let text = Self.trimmed(line)
        if text.isEmpty { return menu(after: []) }
        do throws(Refusal) {
            state = .credential(try UserName(text))
            mistakes = 0
            return ask(after: [])
        } catch {
            return mistake(Self.sentence(error))
        }
    }

    mutating func takeCredential(_ line: Secret, _ user: UserName) -> Turn {
        let wish: Wish
        switch Self.word(line) {
        case "": return menu(after: [])
        case "1", "password": wish = Wish(user: user, wantsPassword: true, wantsKey: false)
        case "2", "key": wish = Wish(user: user, wantsPassword: false, wantsKey: true)
        case "3", "both": wish = Wish(user: user, wantsPassword: true, wantsKey: true)
        default: return mistake("Type 1, 2 or 3.")
        }
        mistakes = 0
        if wish.wantsPassword {
            state = .password(wish)
            return ask(after: [])
        }
        return askKey(wish)
    }

    // MARK: the password

    mutating func takePassword(_ line: Secret, _ wish: Wish) -> Turn {
        if line.isEmpty { return menu(after: []) }
        do throws(Refusal) {
            try PasswordRule.check(line)
        } catch {
            return mistake(Self.sentence(error))
        }
        state = .passwordAgain(wish, line)
        return ask(after: [])
    }

    mutating func takePasswordAgain(_ line: Secret, _ wish: Wish, _ first: Secret) -> Turn {
        guard line.matches(first) else {
            state = .password(wish)
            return mistake("The two are not the same. Type it twice again.")
        }
        mistakes = 0
        var wish = wish
        wish.password = line
        return wish.wantsKey ? askKey(wish) : plan(wish, key: nil, after: [])
    }

    // MARK: the key

    private mutating func askKey(_ wish: Wish) -> Turn {
        state = .key(wish, KeyPieces())
        return ask(
            after: wrap("Paste the public key: the line of a .pub file, such as ssh-ed25519 AAAA... It may be broken into several lines.")
                + wrap("Then press Enter on an empty line. (Only Enter: back.)"))
    }

    mutating func takeKey(_ line: Secret, _ wish: Wish, _ pieces: KeyPieces) -> Turn {
        var pieces = pieces
        switch pieces.add(line) {
        case .goesOn:
            state = .key(wish, pieces)
            return ask(after: [])
        case .tooMuch:
            state = .key(wish, KeyPieces())
            return mistake("That is longer than any key. Paste it again.")
        case .ended: break
        }
        if pieces.isEmpty { return menu(after: []) }
        let text = pieces.joined
        do throws(Refusal) {
            let read = try KeyMaterial.read(text)
            mistakes = 0
            return plan(wish, key: text, after: read.keys.flatMap { wrap("Read: \(Self.words($0)).") })
        } catch {
            state = .key(wish, KeyPieces())
            return mistake("\(Self.sentence(error)). Paste it again, then press Enter on an empty line.")
        }
    }

    private static func words(_ key: KeyMaterial) -> String {
        guard case .line(let line) = key else { return "the key of a certificate" }
        let comment = line.comment.isEmpty ? "" : " (\(line.comment.escaped(limit: 60)))"
        return "a key of type \(line.key.type.rawValue)\(comment)"
    }

    // MARK: the plan

    private mutating func plan(_ wish: Wish, key: Secret?, after lines: [String]) -> Turn {
        var settings = Settings()
        settings.username = ForeignText(wish.user.bytes)
        settings.password = wish.password
        settings.sshKey = key
        return perform(.plan(settings), .plan(settings), after: lines + ["Looking at what has to be done ..."])
    }

    mutating func takeConfirmation(_ line: Secret, _ settings: Settings, _ plan: Plan) -> Turn {
        switch Self.word(line) {
        case "yes", "y": return perform(.carryOut(settings), .work(settings), after: [""])
        case "no", "n", "": return menu(after: wrap("Nothing was changed."))
        case "reset" where Self.offersReset(settings, plan):
            var settings = settings
            settings.resetSSH = true
            return perform(.plan(settings), .plan(settings), after: ["Looking at what has to be done ..."])
        default: return mistake(Self.offersReset(settings, plan) ? "Type yes, reset or no." : "Type yes or no.")
        }
    }

    mutating func takeUndoConfirmation(_ line: Secret) -> Turn {
        switch Self.word(line) {
        case "yes", "y": return perform(.undo, .undo, after: [""])
        case "no", "n", "": return menu(after: wrap("Nothing was changed."))
        default: return mistake("Type yes or no.")
        }
    }

    static func offersReset(_ settings: Settings, _ plan: Plan) -> Bool {
        !settings.resetSSH && plan.blocked.contains { $0.mandate == .reset }
    }

    /// A refusal speaks of settings by their names, which nobody typed here.
    static func sentence(_ refusal: Refusal) -> String {
        let names = [
            ("\"username\" ", "The name "), ("\"password\" ", "The password "), ("\"ssh_key\", line 1, ", "The key "),
            ("\"ssh_key\" ", "The key "),
        ]
        for (name, words) in names where refusal.message.hasPrefix(name) {
            return words + refusal.message.dropFirst(name.count)
        }
        return refusal.message
    }
}

extension Dialogue.Question {
    init(_ prompt: String, isHidden: Bool = false) {
        self.init(prompt: prompt, isHidden: isHidden)
    }
}
