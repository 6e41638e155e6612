/// Opens the envelopes in Corpus/envelope and nothing else; short, so that it is fast.
let testCertificate = """
    -----BEGIN CERTIFICATE-----
    MIIB/DCCAWWgAwIBAgIUdztLxhhj37f+KmxXMhDPD2VQJx0wDQYJKoZIhvcNAQEL
    BQAwDzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjExODAxNTVaGA8yMTI2MTAyODE4
    MDE1NVowDzENMAsGA1UEAwwEZnV6ejCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
    gYEAwLWguZ1an6gnhS9uu9XpdMKE2ygl7x6+hopTr3Pe3A1+ds41DqAtcpEVjwUp
    xDdrDQOmNE8l96wouzdtOda2sJqH91XHfgGqTpsDpDKXH56IeXjaG9P/ZPzJNxos
    Ag47ZtlPI1v2UH9mTw0EOj9zVF/gVj22QDkw13vTDBT+9GkCAwEAAaNTMFEwHQYD
    VR0OBBYEFP6V3obWSxHi+vUw3vO4VNNgD/VRMB8GA1UdIwQYMBaAFP6V3obWSxHi
    +vUw3vO4VNNgD/VRMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEA
    QVGWPJVh3AHXkU3q8moiAY+yMkBsixpvwjUsykvgOKRGgt9ukXvj+40d1xgf/ZR5
    4LXerxuOWitDp0AMG+NI3yTe73f389bwPT7wz2xP2CkDqnzl65TFXD4bswMwY9xO
    yUqkESttCn4WR89XYE12BfIQ1DVvZ6cDS2Ii2URulqk=
    -----END CERTIFICATE-----
    """

/// The private half, for everybody to see.
let testKey = """
    -----BEGIN PRIVATE KEY-----
    MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMC1oLmdWp+oJ4Uv
    brvV6XTChNsoJe8evoaKU69z3twNfnbONQ6gLXKRFY8FKcQ3aw0DpjRPJfesKLs3
    bTnWtrCah/dVx34Bqk6bA6Qylx+eiHl42hvT/2T8yTcaLAIOO2bZTyNb9lB/Zk8N
    BDo/c1Rf4FY9tkA5MNd70wwU/vRpAgMBAAECgYBoBaKsjvPMGsi6a9AqNF3AWP++
    DP3tBXtyxFhH7RPvVJlfKBAbxPrDTO2GNhNFh2SRsdaVhePIvXV/GXwsLGqQGPa5
    rIdmq7MLN3IlxmFPjGRvZawqUyJXkraAfHnhoIAp7ar/3PFY92GHY/TsnAJN1ewA
    fSaUaeri15YExl0PwQJBAPRrAXBDcPeqfWokUuyh/hd0bxMZdH/rzsF11aCdHZiH
    iv0tFN7/8By0W+uf+JDeEUehRNoXZi91xmqmwxEwo78CQQDJ11rWVxpymS6Nooz0
    22JElsrCLk1Aw7vTP8o9CySlKU4KEFwBpJb5BgSwpNw/cAYh5q2EOHyYnTe4pjuc
    KlHXAkEAmaC8qbyqP/G4nMOyH6x+km2L93xTfqhQL8eJ/EdlN99SXGo+qSBD4zb2
    Y/cL/LqoL9bM+Swl/YTQr26cQ6zH7wJAGwArD6dBS3lAaAQJtSuv3psJbqaBARvu
    AVl0NWxLL6jx3pjHphSdeZybfgHf0MCsoVZZeemQiV3muVXLfZ2PqwJBAMzOjc3s
    M6Ab7gceQGYdjvJ6n5RrvLWgmkddxQkpK5Xf3Xc/WyUerM7ikWlohncZJVayeCUe
    xzRhw05eJWtqzCg=
    -----END PRIVATE KEY-----
    """
