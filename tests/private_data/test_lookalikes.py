# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that look like private values and are none, each beside a value of the same kind."""

from __future__ import annotations

import pytest

from codescan.private_data.file_places import weighed
from codescan.private_data.finder import Finder
from codescan.private_data.search import COUNTED

FINDER = Finder()
LOOKALIKES = (
    'EMAIL_ADDRESS = ObjectIdentifier("2.5.4.46")',
    '{ "2.5.4.10", "organization" },\n  { "2.5.4.72", "role address" },',
    '{ "streetAddress", "2.5.29.31" }',
    "'-forward-unknown-to-host-compiler', # 4.2.5.1",
    "Before: Trying 2606:4700:4700::1111:443...",
    "EPRT |1|132.235.1.2|6275|",
    "Copyright (C) 2009-2022 phone systems",
    "Copyright: 2006 - 2012, call for help",
    "# ring\n00CC; 0069 0307 0300; 00CC; 00CC; # call",
    "by Marco via tin-dev.\n\n20040221\n\t+ some changes",
    "call X = ((U-12)*64/255)-23.",
    'DOTENV_KEY="dotenv://:key_1234@dotenv.org/vault/.env.vault"',
    'repo_url = f"https://{token}@github.com/{repo}.git"',
    "url = 'https://%(user)s@gitlab.com/' or '%s@gmail.com' % name",
    "ssh $deploy_user@bastion.zentral-werk.de and ${who}@gmail.com and {}@gmail.com",
    '<path d="M87-3.85-2.78h-4.75s0,.18,0,.18h-6.06s0-.09,0-.09l-91.76.14.11,69.62,91.76"/>',
    "d='M12.5l-4.2.1h-91.76.114.201,3.1l2.2.7v-8.8z'",
    "requests to the host 168.63.129.16",
    "call: lab(44.0605% 29.0279 -86.0352) lab(57.1026% 64.2584 89.8886)",
    "| call | 0.022 (0.017) | 0.029 (0.022) | contact",
    'client_id = get_secret_str("AGENT365_CLIENT_ID") or get_token("S3_TOKEN_2_BUCKET_7")',
    "count(tokens, ephemeral_12h_input_tokens=ttl_12h_tokens\n)",
    'tokenizer_name = "allenai/Olmo-3-32B-Think"',
    'elif api_key.startswith("AWS4-HMAC-SHA256"):',
    'secret_name = "prod7-db42-cluster9-a81x"',
    'auth_key: "ECDSA-SHA512-RSA-4096"',
    '("GEMINI_API_KEY", "gemini/gemini-2.5-pro-exp-03-25"),',
    'tiktoken.encoding_for_model("text-davinci-003-0613-v2")',
    "Example api_key='d5345c0ecc68ae6295c69f91926b2bd379e25481a40c34b5884d157a9f65d8fa'",
    "call for papers, arXiv: 2103.03874 (2021), phone",
    "CA\t+4953-09709\tAmerica/Winnipeg\nUS\t+550737-1313435\tAmerica/Metlakatla",
    "call it with '192.0.2.0/24' or 203.0.113.0/24",
    "call quantize(Decimal('+35236450.6'), Decimal('1e-2'))",
    "cell rate (59111) ATM_OC12_PCR\t(622080000/1080*1040/8/53)",
    "ip [IPv4Network('192.0.0.9/32'), IPv4Network('192.0.0.10/32')]",
    "readline 8/29/2022 call Kurt; phone 12-31-2024 text",
    "WHITE SCISSORS 2706..2709 ; N # TELEPHONE LOCATION SIGN",
    "contact POSIX 1003.1-2001 text; call 1/3 3/8 2/5 5/11 1/2 3/5 2/3 3/4",
    'db = "dbtype://username:apples%2Foranges@hostspec/database"',
    "socket ('93.184.216.34', 80) of example.com, host",
    "url = 'pkg:pypi/opencv-python-headless@81.0.90.93?file_name=x'",
    "server # 43.41.4.44 NetrServerAliasAdd (Opnum 54)",
    "dst 802.11ax-2021 99.42.2.249, Figure 9-788k",
    "the host has the address [3ffe:2a00:100:7031::1]:8080",
    "call: Journal of Molecular Biology 233(4): 716-738 (1993).",
    'ip_address_list: ["204.1.2.2"], rest_server_ip: "172.0.0.130"',
    'nameserver: 192.198.2.1, hostname: "172.32.0.182"',
    "nfs:\n  address: 111.222.111.222\n  ip: 146.20.146.20",
    "static_gateway: 2626:f2f2:f081:9:1c1c:f1f1:4747:2 host",
    "# ip -6 route get 2404:6800:400a:800::1012 -> ipv6.google.com, host 142.250.74.110",
    "peer 2700:bc00:1f10:101::6 of the host",
    "send an SMS to 5553035681, telephoneNumber: (555) 812-2071",
    "for phone: +11232682601",
    "get_credential('x509_certificate_path') == secret['x509_certificate_path']",
    "encryption_key: dnacsolutions123  # for KEYWRAP",
    '"ordId": "2510789768709120", "tokenAddress": "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9"',
    "TOKENS = {'PASSWORD': '0x22DA1810B194ca018378464a58f6Ac2B10C9d244'}",
    '"tokenId": "trump-out-as-president-before-2027-1768933068142"',
    'PASSWORD_ADMINISTRATOR = "966707d0-3269-4727-9be2-8c3a10f19b9d"',
    "mysql --user='u' --password='x' --pAssword=9",
    "mysql -u u --passw0rd1=",
    "call color: rgb(59 130 246 / 0.5); cell: hsl( 210 40 98 7)",
    "phone list: P.O. Box 750 561 28725 Bremen, Germany",
    "contact: Bueltenweg 74/75 38106 Braunschweig, Germany",
    "<phone>+1 555 0102</phone> phone: 1-555-0143",
    'jdbc = "Server=db.example.org:1433;databaseName=inventory;user=sa;password=kX83nQpw"',
    "members: group@contoso.com, kurt@sales.fabrikam.com; rcpt('testdummy@weill-werke.de')",
    "SSN plan. TODO(b/261722623): batch these calls",
    "sha256=YCM7j6uEsY44G7VztWNWqRFbJ4GN92dlvYeHvewtfEk,25459",
    '"secret_ref": "V1SecretEnvSource"',
    'rest_credentials: "models2024.DatastoreCredentials1"',
    "private_key: x25519.X25519PrivateKey\n",
    '"aws/secretsmanager": "fee5173a-3972-428e-ae73-cd4c2a371222",',
    "server; VALID_REST_VERSION_87_51_MIN = '87.51.52.0'",
    "host: 'Patreon/126.9.64.15 (Android; Android 14; Scale/2.10)'",
    "DEFAULT_RESOLVER_IPV6 = '2620:119:53::53'",
    "Phone, 59 Temple Place, Boston, MA  02111-1307, USA",
    "nova.py,sha256=c85Tu9t3a-YCM7j6uEsY44G7VztWNWqRFbJ4GN92dlvYeHvewtfEk,4601",
    "/2024/ligger-pa-andreplass-sa-skjer-dette-drama_vid30000618/video",
    "payment on 'Genius'. 'info_dict': {\n 'id': '6321509903112', 'ext': 'mp4'",
    "'b7c69e6d': 'Token-Groups',\n'47c77bb0-316e-4e2f-97f1-0d4c48fca9dd': 'MS-TSLS'",
    "# example, for the Swiss number +41789270341, in local format",
    "Server=myServer;Database=myDB;Uid=myUser;Pwd=myPwd;",
    "phone t[1]=t[1]+3545052371+ +(t[0]>>>0<a[0]>>>0)|0",
    "starting with the plus sign (+). Example: *+16506611212*.",
    'cellphone_formats = ("07711 900 ###", "07711900###")',
    "api_key: os.environ/E2B_API_KEY_77X2\n",
    "import SecurityTokenSigner, X509FederationClientBasedSecurityTokenSigner",
    'htpasswd password: "test:$2y$05$zgjczyp96jCIp//CGmnWiefhd7G3l54IdsZo"',
    "dns server 94.140.14.14",
    "ingress rules. (ex:\n“168.122.59.5/32”, “168.122.60.7”) for the host",
    "supported by the subnet. Example:\n“2607:9b80:9a0a:9a7e:abcd:ef01:2345:6789”",
    "the true address of the client.\n\nExample:\n\n   X-Client-Ip: 11.1.1.1, 13.33.3.3",
    "see https://lore.kernel.org/git/CAJfQqN+z9ex6oNaj8@mail.gmail.com/",
    'BLOG_EMAIL = "joe@demo.site"',
    '"email": "wapiti2021@mailinator.com"',
    "TOTAL_TOKEN_COUNT = 'c7n:TotalTokenCount'",
    "secret.setdefault('c7n:DeniedMethods', [])",
    '<symbol id="life-ring" viewBox="0 0 640 640"><path/>',
    "<phone-number>1231231234</phone-number>",
    'msgstr "Bijvoorbeeld: joe@voorbeeld.com" "peter@eksempel.com" "joan@exemple.com"',
    "mailto:joe@nospam.com owner",
    'API_KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"',
    "source MAC; port state definitions (43.4.2.2 in the 802.3ad standard)",
)
VALUES = (
    "ring <phone-number>212-603-2231</phone-number>",
    "mail kurt@exempla-werk.de",
    "an example, and then the host 91.76.14.110 answered",
    "exit: the client 91.76.14.110 left",
    "password = 'weill:k9Lq2Vx81pZr0'",
    "mail kurt@demonstration-werk.de",
    "password = '966707d0-3269-4727-9be2-8c3a10f19b9d'",
    "private_key = '0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'",
    "mysql -u root -pk8Qz72mWx db",
    "payment 2510789768709120",
    "Phone: 74/75 38106 at home",
    'jdbc = "Server=db.weill-werke.de:1433;database=inventory;user=sa;password=kX83nQpw"',
    'ip_address_list: ["204.17.94.31"], rest_server_ip: "172.104.9.130"',
    "static_gateway: 2a01:4f8:c17:9a1b:1c1c:f1f1:4747:2 host",
    "telefono: 55 5312 9087, Mexico",
    "for phone: +12126882601",
    "ping host 87.142.3.250 failed",
    "logged in from ip 2.16.87.9",
    "Trying 2a02:8109:9a3f:1c00:aa61:7f53:22d4:9e0b ...",
    "call me (030) 2345 6719 or mobile 0171 2345 671",
    "phone 030/23456719",
    "DATABASE=postgres://svc:key_7fQz93LmXw@db.zentral-werk.de/prod",
    "mail deploy@bastion-werk.de or {kurt@weill-werke.de}",
    "hosts 91.76.14.110, 69.62 ms; client 91.76.14.111",
    "call 030.2345 6719 or phone 089.1234.5678",
    "Phone: 1-703-847-0040 ext 103",
    'api_key = "q7Zx9KpW2mB4vT8c"',
    "secret_key=Zk39xPq_7LmW2vRt8BnC",
    'token = "AB9_x7Qf-22LmZ_p04Kd"',
    'password = "k9=Lq2=Vx81pZr_0"',
    'token = "Vx81-Lq22-9f3K-pZ7w"',
    'secret: "zQ81/kL22+9f3KpZ7wmm=="',
)


def counted(text: str, path: str = "") -> list[str]:
    hits = weighed(FINDER.find(text), path, text)
    return [each.kind for each in hits if each.grade in COUNTED and not each.placeholder]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_a_value_does_not_count(text):
    assert counted(text) == []


@pytest.mark.parametrize("text", VALUES)
def test_values_beside_the_same_words_count(text):
    assert counted(text)


def test_account_numbers_of_a_test_suite_are_weak_unless_a_name_stands_beside_them():
    text = 'number = "GB53LOYD00952296262556"\ncard = "4916108926268679"\n'
    assert sorted(counted(text)) == ["iban", "payment-card"]
    assert counted(text, "pkg/tests/test_bank.py") == []
    named = f"beneficiary: Ottilie Brandmeier\n{text}"
    assert "iban" in counted(named, "pkg/tests/test_bank.py")


@pytest.mark.parametrize("padding", range(0, 130, 7))
def test_a_name_is_found_whole_wherever_a_window_ends(padding):
    """A name that the reach of one value divides is found by the next value, in one piece."""
    filler = ", ".join(["x" * 5] * 30)[:padding]
    text = (
        f'{{"email": "kurt@weill-werke.de"}} {filler} name: Alicia Dissinger, phone +49 171 4839201'
    )
    names = [
        text[each.start : each.end] for each in FINDER.find(text) if each.kind == "person-name"
    ]
    assert names == ["Alicia Dissinger"]


def test_names_of_products_and_possessives_are_told_from_names():
    text = "author: Gemini CLI <dev@weill-werke.de>\nuser: Kurt Brandmeier's kurt@weill-werke.de"
    names = [each.value for each in FINDER.find(text) if each.kind == "person-name"]
    assert names == ["kurt brandmeier"]
