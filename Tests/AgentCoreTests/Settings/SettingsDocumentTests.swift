import AgentCore
import Testing

@Suite("a settings file") struct SettingsDocumentTests {
    @Test(
        "gives the same settings in each form",
        arguments: [
            #"{"username":"bob","check_disk":true}"#,
            #"{"protectedSettings":{"username":"bob"},"settings":{"check_disk":true}}"#,
            #"{"protectedSettings":{"username":"bob"},"publicSettings":{"check_disk":true}}"#,
            #"{"publicSettings":{"check_disk":true},"settings":null,"protectedSettings":{"username":"bob"}}"#,
            #"{"runtimeSettings":[{"handlerSettings":{"protectedSettings":{"username":"bob"},"publicSettings":{"check_disk":true}}}]}"#,
            "\u{feff}{\"username\":\"bob\",\"check_disk\":True,}",
        ])
    func forms(_ text: String) throws {
        let read = try settings(text)
        #expect(read.username == ForeignText("bob"))
        #expect(read.checkDisk)
        #expect(read.publicUserKeys.isEmpty)
    }

    @Test("with an envelope says what is to be opened, and with which certificate")
    func sealed() throws {
        let text = """
            {"runtimeSettings":[{"handlerSettings":{"protectedSettingsCertThumbprint":"0a1B2c3d4e5f60718293a4b5c6d7e8f901234567",\
            "protectedSettings":"MIIB\\/w==","publicSettings":{"check_disk":true}}}]}
            """
        let read = try document(text)
        guard case .sealed(let sealed) = read.protected else {
            Issue.record("not sealed")
            return
        }
        #expect(sealed.base64 == Array("MIIB/w==".utf8))
        #expect(sealed.thumbprint == "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567")
        #expect(read.form == .azure)
        let opened = try SettingsDocument.opened(secret(#"{"username":"bob","password":"P"}"#))
        let settings = try Settings.decode(protected: opened.settings, public: read.publicSettings)
        #expect(settings.username == ForeignText("bob"))
        #expect(settings.password?.matches(secret("P")) == true)
        #expect(settings.checkDisk)
        #expect(settings.warnings.isEmpty)
    }

    @Test(
        "without any settings",
        arguments: [
            ("", .empty), ("{}", .plain), (#"{"protectedSettings":null,"publicSettings":null}"#, .split),
            (#"{"protectedSettings":"","publicSettings":""}"#, .split),
            (#"{"runtimeSettings":[]}"#, .azure), (#"{"runtimeSettings":null}"#, .azure), (#"{"runtimeSettings":[null]}"#, .azure),
            (#"{"runtimeSettings":[{"handlerSettings":null}]}"#, .azure), (#"{"runtimeSettings":[{}]}"#, .azure),
            (
                #"{"runtimeSettings":[{"handlerSettings":{"protectedSettings":null,"protectedSettingsCertThumbprint":null,"#
                    + #""publicSettings":null}}]}"#, .azure
            ),
        ] as [(String, SettingsDocument.Form)])
    func nothing(_ text: String, _ form: SettingsDocument.Form) throws {
        #expect(try document(text).form == form)
        #expect(refusal(text).reason == "nothing-asked")
    }

    @Test("keeps the reader's warnings")
    func warnings() throws {
        #expect(try request(#"{"reset_ssh":True}"#).warnings == ["line 1, column 14: the bare word True is read as true"])
    }

    @Test(
        "is refused where its form is none of the three",
        arguments: [
            ("[]", "settings are an array; an object is expected, such as {\"username\": \"bob\"}"),
            ("\"bob\"", "settings are a string; an object is expected, such as {\"username\": \"bob\"}"),
            ("null", "settings are null; an object is expected, such as {\"username\": \"bob\"}"),
            (#"{"runtimeSettings":{}}"#, "\"runtimeSettings\" is an object; an array is expected"),
            (#"{"runtimeSettings":[{},{}]}"#, "\"runtimeSettings\" has 2 elements; one is expected"),
            (#"{"runtimeSettings":["x"]}"#, "the element of \"runtimeSettings\" is a string; an object is expected"),
            (#"{"runtimeSettings":[{"handlerSettings":[]}]}"#, "\"handlerSettings\" is an array; an object is expected"),
            (#"{"protectedSettings":1}"#, "\"protectedSettings\" is a number; an object or an envelope in base64 is expected"),
            (#"{"publicSettings":true}"#, "\"publicSettings\" is true; an object is expected"),
            (#"{"settings":[]}"#, "\"settings\" is an array; an object is expected"),
            (
                #"{"settings":{},"publicSettings":{}}"#,
                "\"settings\" and \"publicSettings\" are two names for the same: send one of them"
            ),
            (
                #"{"username":"bob","protectedSettings":{"password":"P"}}"#,
                "\"username\" stands beside \"protectedSettings\", where it would do nothing: move it inside"
            ),
            (
                #"{"runtimeSettings":[],"reset_ssh":true}"#,
                "\"reset_ssh\" stands beside \"runtimeSettings\", where it would do nothing: move it inside"
            ),
        ])
    func wrongForm(_ text: String, _ message: String) {
        #expect(refusal(text) == Refusal(reason: "bad-form", message: message))
    }

    @Test("that is not JSON is refused with the place")
    func notJSON() {
        let expected = Refusal(reason: "not-json", message: "settings are not JSON: line 3, column 3: expected a comma or \"}\"")
        #expect(refusal("{\n\"password\":\"Hunter2\"\n  \"username\":\"bob\"}") == expected)
        #expect(throws: Refusal.self) { try SettingsDocument.opened(secret("garbage")) }
        #expect(throws: Refusal.self) { try SettingsDocument.opened(secret("[]")) }
    }

    @Test(
        "never lets a thumbprint out of its folder",
        arguments: [
            "../../../etc/shadow", "0A1B2C3D4E5F60718293A4B5C6D7E8F90123456", "0A1B2C3D4E5F60718293A4B5C6D7E8F9012345678",
            "0A1B2C3D4E5F60718293A4B5C6D7E8F90123456/", "0A1B2C3D4E5F60718293A4B5C6D7E8F90123456\\u0131",
        ])
    func thumbprint(_ thumbprint: String) {
        let text = "{\"protectedSettings\":\"MIIB\",\"protectedSettingsCertThumbprint\":\"\(thumbprint)\"}"
        #expect(refusal(text).reason == "bad-thumbprint")
        #expect(refusal(text).message == "\"protectedSettingsCertThumbprint\" is not the SHA-1 of a certificate: 40 hexadecimal digits")
    }

    @Test("that is scrubbed keeps its form and nothing that was secret")
    func scrubbed() throws {
        let text = """
            {"runtimeSettings":[{"handlerSettings":{"protectedSettings":"Hunter2x","protectedSettingsCertThumbprint":null,\
            "publicSettings":{"check_disk":"true","disk_name":"sdc1","password":"Hunter2","note":"Hunter2","username":"Hunter2"}}}]}
            """
        let scrubbed = try document(text).scrubbed().compact()
        #expect(
            String(decoding: scrubbed, as: UTF8.self) == """
                {"runtimeSettings":[{"handlerSettings":{"protectedSettings":"*** REDACTED ***",\
                "protectedSettingsCertThumbprint":"*** REDACTED ***","publicSettings":{"check_disk":"true","disk_name":"sdc1"}}}]}
                """)
        #expect(refusal(String(decoding: scrubbed, as: UTF8.self)).reason == "scrubbed")
        let plain = try document(#"{"username":"bob","password":"Hunter2"}"#).scrubbed().compact()
        #expect(!secret("Hunter2").occurs(in: plain))
    }

    @Test("with an envelope is not decoded as if it had none")
    func unopened() throws {
        #expect(refusal(#"{"protectedSettings":"MIIB"}"#).reason == "sealed")
    }
}
