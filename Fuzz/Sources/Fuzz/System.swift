import AgentCore
@testable import AgentSystem

/// A transaction's journal, as a crash or a bad disk leaves it: what can be undone reads as it was written, and a torn or damaged line is
/// never taken for another one.
func checkJournal(_ bytes: [UInt8]) {
    do throws(Fault) {
        let journal = try TransactionJournal(bytes, folder: "/transactions/1")
        for undo in journal.undos {
            let text = undo.document.compact()
            let again = (try? JSONReader.read(Secret(copying: text))).flatMap { Undo($0.root) }
            require(again == undo, "an undo reads as it was written")
        }
    } catch {
        requireShowable(error.message)
    }
}

/// A CMS envelope for a key of this test's own.
func checkEnvelope(_ bytes: [UInt8]) {
    let der = Base64.decode(bytes, skippingWhiteSpace: true) ?? bytes
    do throws(EnvelopeFault) {
        let envelope = try Envelope(der: der)
        let certificate = try EnvelopeCertificate.read(Secret(copying: testCertificate.utf8), naming: "certificate")
        let key = try EnvelopeKey.read(Secret(copying: testKey.utf8), naming: "key")
        let text = try envelope.open(certificate: certificate, key: key)
        require(!text.isEmpty && text.count <= der.count, "no more comes out than went in")
    } catch {
        requireShowable(error.detail)
    }
}
