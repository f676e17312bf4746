"""What no browser sends, to the server as it runs."""

import http.client

import pytest

CORPS = b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\n+2AA-\r\n--x--\r\n'


@pytest.mark.parametrize("codec", ["rot13", "base64", "idna", "utf-7", "unicode_escape", "undefined"])
def test_a_request_is_read_as_utf_8_whatever_encoding_it_claims(serveur, codec):
    connexion = http.client.HTTPConnection(serveur.removeprefix("http://"), timeout=30)
    connexion.request(
        "GET", "/recherche/?q=Od%C3%A9on", headers={"Content-Type": f"text/plain; charset={codec}"}
    )
    lue = connexion.getresponse()
    assert (lue.status, "Odéon" in lue.read().decode()) == (200, True)
    genre = f"multipart/form-data; charset={codec}; boundary=x"
    connexion.request("POST", "/verifier/", CORPS, headers={"Content-Type": genre})
    # Without the token of the page, it is refused in French.
    refus = connexion.getresponse()
    assert refus.status == 403
    assert "Échelons" in refus.read().decode()
    connexion.close()
