/// Public keys made for these tests with the programs named; their private halves were thrown away.
enum Fixture {
    /// `ssh-keygen -t ed25519`
    static let ed25519 = """
        ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0T ed25519@fixture
        """
    /// Another.
    static let other = """
        ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILcgrOAd5AbviC71WyEo514oAWVeehR6YxzooJbenzVe other@fixture
        """
    /// `ssh-keygen -t ecdsa -b 256`, and so on.
    static let ecdsa256 = """
        ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBJEs4tHaktPDuzjqOEMipn8cwlRtL7X9I9XXaFfXzaZ\
        ho3jhzTe8+yFjODDRm8/fA4bSfP2k7KzsDf4nR/N/HM= ecdsa256@fixture
        """
    static let ecdsa384 = """
        ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBLxPKM11hFshvezNHbVRO07zvoAiiy81+AtpKLQGDtd3\
        CFbmvuvasRZv/qRLPpLYSKggZ7r3y1UBN9E/cKxJQnlr+q8Ax0NLzuywzTjsw4rY6R/I4T2AKgqMlYfLn6ZDWg== ecdsa384@fixture
        """
    static let ecdsa521 = """
        ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBADwMxa5kNbenrWjFWu2rVw4v2rCF9PspPCtzRa3iZCr\
        X9vpu8GUk+/1v1Ktyk0CSrIk2WpqnetZcMD2EyYG5XxHSACt49yoOJw8rpaIkL3vW8jqAm7SvZy8xilAVcpsqBfzhuRio75Re3J0RDVLScdQTFoAmGTQ\
        /zGBTT32IEpDQ9oBfA== ecdsa521@fixture
        """
    /// `ssh-keygen -t rsa -b 2048`, and so on.
    static let rsa2048 = """
        ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCh+T95NAFW0LqsZygfebxxOpooeyof1CnPBgR/XOi6lk3qypKAHEzjMF0UGvWHj1jQZ4KYqDbfYH2c\
        l6eb0FeEgiz9yD81EZp1ar54U0wtbTgm5hV+KQEHluguC4w+4XckujRKUoVM3QbmZkshN+89Bib89unNo/wszsQp842r7tR2IF7ya7y9rwYSXLrwU6vn\
        /JFMrmPfWOQOM0IKp4GhWNSkcnGRraHl4kjd3Tou5GItrRq94TOm7hrhDy5UeqcPHU0CLDEXZzPAsFKCtn+nGak9VZ2w2983WCObW/rDWdE/YrnFXnyF\
        9FsjDVwzgkcnowUIuN+Iqui+PFWctZYd rsa2048@fixture
        """
    static let rsa2047 = """
        ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAHgq6xnqHPZrNL0KmlnJdamclBAbx78T9QV4h6K5EU6TucAOdLlIAXmiOgYM6A86uufC3XcRxiTERu4I\
        cTUqOSs6Gq2nx8wteTqq9TuiHD2qNAfP1Utas/NjdUvKxRttv/JtJ6XGTJHboy8NK5JccjWM/QNMYtRZbElCGuNdQLJGDhyHIfwYH23DBHQASAVrtiRP\
        qGpn40+IMhjbWoj/GkZ45eCwLEzBGK1GaYCYi63vVoLyRTymNfwKUe0lGHW2W39kLlpSSqnjS2kDyQ8AUcoPLTzYq0n2S9ErWUQJ/aDjqGTH5ed6eano\
        o5dlxPSpq5ZJtYrsQOi18P0TSfdOq5k= rsa2047@fixture
        """
    static let rsa1024 = """
        ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC3tOg4W/YqAHlwYN+iKegjoPyL25sMxV3aev4SMJ3uLnfqbGObTpRrYa9Qtnxgt1U7GnzLeG3H2Ujn\
        QoR0HeVuBmUlyVwj/Z7KpaZFPchV/VDfRtjKBY08Tjxpwp3iEFzitKvT6K+8Sfj12I4yKVGhBI2seJZtURMiwHElYgEhyQ== rsa1024@fixture
        """
    /// `ssh-keygen -t dsa`, of OpenSSH 9.2.
    static let dsa = """
        ssh-dss AAAAB3NzaC1kc3MAAACBAOvn+aJycZg5nVuaJrf5M+nr0Yg3U/OuOYRuZaWaGLWgHZ3SvEHIhOn+MD8Yb6MvSUua/S9T/gY700ec5dufmC6+\
        JCyhTSDqvm1/91VUs5emJxsM4QwZBkOW5qCXSmnvrKSKTTJNl4u66zqdaTTmyd+TF6mHVOmxKABvBZxGBHfDAAAAFQDguVl2wetWR1bam7Edk1YLiBgu\
        uQAAAIEAw2InMQiFqwdCPC8W1C+QWFAdUXtHdOMuh4k+3cZ4SX65hJppRuW4RE46oPFYuE7LvUyhrvUZZAeP3JuwDhFoiiShe+q2h0hcgnJF+xoodryv\
        nirJTyyNGUfArYtSZcB6JXS2pZ5VVhdjsKUpCzC/cIuzFYgUStux+Uze066UE+kAAACADx+E2iquC3DrqMLV7jqQO27Q2Ny9nDysdVmHQu+I9lE/hltZ\
        QGqUo6creTRYBsklFsZudMcLmUbdUvP0Nr1JglKE6Yg5KBsUp7gMffI2qOCcOf4v7DP2dKxlE5JpZ5mz2iID/k9MyHO7muIGOQARUiR1QM9i3Lwe5EmV\
        1PDlHL0= dsa@fixture
        """
    /// Security keys need hardware: put together by PROTOCOL.u2f from the keys above, and read back by `ssh-keygen -l`.
    static let skEd25519 = """
        sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0TA\
        AAABHNzaDo= sk@fixture
        """
    static let skEcdsa = """
        sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBBJEs4tHa\
        ktPDuzjqOEMipn8cwlRtL7X9I9XXaFfXzaZho3jhzTe8+yFjODDRm8/fA4bSfP2k7KzsDf4nR/N/HMAAAAEc3NoOg== sk@fixture
        """
    /// `rsa2048` with two zero bytes before each number, as sshd also reads it (`ssh-keygen -l` gives the same fingerprint).
    static let paddedRSA = """
        ssh-rsa AAAAB3NzaC1yc2EAAAAFAAABAAEAAAEDAAAAofk/eTQBVtC6rGcoH3m8cTqaKHsqH9QpzwYEf1zoupZN6sqSgBxM4zBdFBr1h49Y0GeCmKg2\
        32B9nJenm9BXhIIs/cg/NRGadWq+eFNMLW04JuYVfikBB5boLguMPuF3JLo0SlKFTN0G5mZLITfvPQYm/PbpzaP8LM7EKfONq+7UdiBe8mu8va8GEly6\
        8FOr5/yRTK5j31jkDjNCCqeBoVjUpHJxka2h5eJI3d06LuRiLa0aveEzpu4a4Q8uVHqnDx1NAiwxF2czwLBSgrZ/pxmpPVWdsNvfN1gjm1v6w1nRP2K5\
        xV58hfRbIw1cM4JHJ6MFCLjfiKrovjxVnLWWHQ== padded
        """
    /// `ssh-keygen -s ca -I bob-id -n bob` of `ed25519`.
    static let certificate = """
        ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIHG+uLrA73Rp9iCuO6Xu4I27j+ldziS\
        hfEEcRkeuu28sAAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0TAAAAAAAAAAAAAAABAAAABmJvYi1pZAAAAAcAAAADYm9iAAAAAF4L4QA\
        AAAAAcNvYgAAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1\
        wb3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAILV\
        qVrmqZ/SKuorvu9iWxvcyA3AplAAxoodge1wyxwQdAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBkEcLbRVxDw3i7B1xV4rgiP3IdccVXfJ1c04ciaKVRfiD\
        21vF958tCRWj1x3Tfa4cTvDUYtX2OVlIeYKm4bn8I ed25519@fixture
        """
    /// The same of `rsa2048`.
    static let rsaCertificate = """
        ssh-rsa-cert-v01@openssh.com AAAAHHNzaC1yc2EtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg5jjWpdxGwoe+XHjh2E9fXWxyBC0k4NSdoGA9KYh\
        HPYsAAAADAQABAAABAQCh+T95NAFW0LqsZygfebxxOpooeyof1CnPBgR/XOi6lk3qypKAHEzjMF0UGvWHj1jQZ4KYqDbfYH2cl6eb0FeEgiz9yD81EZp\
        1ar54U0wtbTgm5hV+KQEHluguC4w+4XckujRKUoVM3QbmZkshN+89Bib89unNo/wszsQp842r7tR2IF7ya7y9rwYSXLrwU6vn/JFMrmPfWOQOM0IKp4G\
        hWNSkcnGRraHl4kjd3Tou5GItrRq94TOm7hrhDy5UeqcPHU0CLDEXZzPAsFKCtn+nGak9VZ2w2983WCObW/rDWdE/YrnFXnyF9FsjDVwzgkcnowUIuN+\
        Iqui+PFWctZYdAAAAAAAAAAAAAAABAAAABmJvYi1pZAAAAAcAAAADYm9iAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2F\
        yZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAA\
        AAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAILVqVrmqZ/SKuorvu9iWxvcyA3AplAAxoodge1wyxwQdAAAAUwA\
        AAAtzc2gtZWQyNTUxOQAAAEDlA1yeWeVYJPksK3l4XRlCPwgYn0oPbeDj/tbGRYkRuSljnvk+EtJKwnpc1L4ZvqxyIYn+MBvd9MaKf+u9OYMD rsa204\
        8@fixture
        """
    /// The same of `ecdsa256`.
    static let ecdsaCertificate = """
        ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg1SgZDdJ0JeG\
        nlTBaq7AcLp0jCxTB6et+YLaycJ2zntwAAAAIbmlzdHAyNTYAAABBBBJEs4tHaktPDuzjqOEMipn8cwlRtL7X9I9XXaFfXzaZho3jhzTe8+yFjODDRm8\
        /fA4bSfP2k7KzsDf4nR/N/HMAAAAAAAAAAAAAAAEAAAAGYm9iLWlkAAAABwAAAANib2IAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVg\
        xMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl\
        0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgtWpWuapn9Iq6iu+72JbG9zIDcCmUADGih2B7XDL\
        HBB0AAABTAAAAC3NzaC1lZDI1NTE5AAAAQNERH0a5aOkyWSp6xDhWzWJ7u0bdK/jFC5S1e2LCu4mh+9cwHhuFwJBciy4xYH40yi1pC2qXSP1VGIPQllv\
        4bAc= ecdsa256@fixture
        """
    /// `ssh-keygen -s ca -h -I host-id -n host.example` of `other`.
    static let hostCertificate = """
        ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIJvrZB96+ptNoOQgLmSUjJK9637kjPs\
        4VGB8cDOFHcjJAAAAILcgrOAd5AbviC71WyEo514oAWVeehR6YxzooJbenzVeAAAAAAAAAAAAAAACAAAAB2hvc3QtaWQAAAAQAAAADGhvc3QuZXhhbXB\
        sZQAAAAAAAAAA//////////8AAAAAAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAILVqVrmqZ/SKuorvu9iWxvcyA3AplAAxoodge1wyxwQdAAA\
        AUwAAAAtzc2gtZWQyNTUxOQAAAEBhi+RpwyAxKa8a2tBBMRMA+2SHvYtjaZ8ZZJrO72+NWbQCrK9cPbjkBhPg64hwFdjqyCZQ4AzkY5honaRNdqoM ot\
        her@fixture
        """
    /// `ssh-keygen -e -f rsa2048.pub`
    static let rfc4716 = """
        ---- BEGIN SSH2 PUBLIC KEY ----
        Comment: "2048-bit RSA, converted by user@host from OpenSSH"
        AAAAB3NzaC1yc2EAAAADAQABAAABAQCh+T95NAFW0LqsZygfebxxOpooeyof1CnPBgR/XO
        i6lk3qypKAHEzjMF0UGvWHj1jQZ4KYqDbfYH2cl6eb0FeEgiz9yD81EZp1ar54U0wtbTgm
        5hV+KQEHluguC4w+4XckujRKUoVM3QbmZkshN+89Bib89unNo/wszsQp842r7tR2IF7ya7
        y9rwYSXLrwU6vn/JFMrmPfWOQOM0IKp4GhWNSkcnGRraHl4kjd3Tou5GItrRq94TOm7hrh
        Dy5UeqcPHU0CLDEXZzPAsFKCtn+nGak9VZ2w2983WCObW/rDWdE/YrnFXnyF9FsjDVwzgk
        cnowUIuN+Iqui+PFWctZYd
        ---- END SSH2 PUBLIC KEY ----
        """
    /// `ssh-keygen -e -m PKCS8 -f rsa2048.pub`
    static let pkcs8 = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofk/eTQBVtC6rGcoH3m8
        cTqaKHsqH9QpzwYEf1zoupZN6sqSgBxM4zBdFBr1h49Y0GeCmKg232B9nJenm9BX
        hIIs/cg/NRGadWq+eFNMLW04JuYVfikBB5boLguMPuF3JLo0SlKFTN0G5mZLITfv
        PQYm/PbpzaP8LM7EKfONq+7UdiBe8mu8va8GEly68FOr5/yRTK5j31jkDjNCCqeB
        oVjUpHJxka2h5eJI3d06LuRiLa0aveEzpu4a4Q8uVHqnDx1NAiwxF2czwLBSgrZ/
        pxmpPVWdsNvfN1gjm1v6w1nRP2K5xV58hfRbIw1cM4JHJ6MFCLjfiKrovjxVnLWW
        HQIDAQAB
        -----END PUBLIC KEY-----
        """
    /// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=fixture`
    static let x509 = """
        -----BEGIN CERTIFICATE-----
        MIIBeTCCAR+gAwIBAgIUWOs+XQ/g3V97CVr0so9LUZt2J8kwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHZml4dHVyZTAeFw0yNjExMjExMzQ1MzhaFw0zNjExMTgxMzQ1
        MzhaMBIxEDAOBgNVBAMMB2ZpeHR1cmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AASufNxjw2Prvm9goX3X41OPPAqVZqmfWu6R95oMRAKMI5IlDbIlxdSnjhBH4OFN
        EsH076xw50qkkykVndDRJ/HAo1MwUTAdBgNVHQ4EFgQUgJWMC7/b55yYO2jlf+TN
        LrD5peswHwYDVR0jBBgwFoAUgJWMC7/b55yYO2jlf+TNLrD5peswDwYDVR0TAQH/
        BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAh4o5H4T93OlpQnZ+Se7PK/Pyvmkt
        TV96b15Bn0iRDT0CIGDIwuxDZCevobIiegbHrOGnKZCqLVVAo35+11hhh6wQ
        -----END CERTIFICATE-----
        """
}
