from __future__ import annotations

from surveyapp.anonymity.keys import KEY_BYTES, derive, mac, new_round_key


def test_a_round_key_has_256_random_bits() -> None:
    assert len({new_round_key() for _ in range(20)}) == 20
    assert len(new_round_key()) == KEY_BYTES == 32


def test_each_purpose_team_and_kind_has_a_key_of_its_own() -> None:
    key = bytes(32)
    derived = [
        derive(key, "box", "ab", "c"),
        derive(key, "box", "a", "bc"),
        derive(key, "box", "abc"),
        derive(key, "boxab", "c"),
        derive(bytes([1] * 32), "box", "ab", "c"),
    ]
    assert len(set(derived)) == len(derived)
    assert all(len(one) == KEY_BYTES for one in derived)
    assert derive(key, "box", "ab", "c") == derived[0]


def test_the_mac_is_hmac_sha_256() -> None:
    """RFC 4231, test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert mac(b"Jefe", b"what do ya want for nothing?").hex() == expected
