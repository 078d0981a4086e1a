r"""The library of grok patterns, by the names that grok users know; each is written anew from what its name means.

A pattern is a regular expression of the `regex` module in which ``%{NAME}`` stands for another pattern. Repetitions
that could overlap are possessive or atomic where they may be, so that a line that does not match is found out at once.
"""

from __future__ import annotations

__all__ = ["PATTERNS", "TEMPORAL"]

PATTERNS: dict[str, str] = {
    # -- words and numbers
    "WORD": r"\b\w++\b",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "QUOTEDSTRING": r""""(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|`(?:[^`\\]++|\\.)*+`""",
    "QS": r"%{QUOTEDSTRING}",
    "QUOTED_INSIDE": r'(?:[^"\\]++|\\.)*+',
    "INT": r"[+-]?[0-9]++",
    "NONNEGINT": r"\b[0-9]++\b",
    "POSINT": r"\b[1-9][0-9]*+\b",
    "BASE10NUM": r"(?<![0-9.+-])[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)",
    "NUMBER": r"%{BASE10NUM}",
    "BASE16NUM": r"(?<![0-9A-Fa-f])[+-]?(?:0[xX])?[0-9A-Fa-f]++",
    "BASE16FLOAT": r"(?<![0-9A-Fa-f.])[+-]?(?:0[xX])?(?:[0-9A-Fa-f]++(?:\.[0-9A-Fa-f]*+)?|\.[0-9A-Fa-f]++)",
    "BOOLEAN": r"(?i:true|false)",
    "UUID": r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "USERNAME": r"[A-Za-z0-9._-]+",
    "USER": r"%{USERNAME}",
    "EMAILLOCALPART": r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+",
    "EMAILADDRESS": r"%{EMAILLOCALPART}@%{HOSTNAME}",
    # -- networks
    "CISCOMAC": r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}",
    "WINDOWSMAC": r"(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}",
    "COMMONMAC": r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}",
    "MAC": r"%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}",
    "IPV4": r"(?<![0-9.])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![0-9])",
    "IPV6": (
        r"(?<![0-9A-Fa-f:])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
        r"|(?=(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{0,4}|[0-9.]{7,15})(?![0-9A-Fa-f:.]))"
        r"(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*+)?::(?:[0-9A-Fa-f]{1,4}:)*+(?:%{IPV4}|[0-9A-Fa-f]{1,4})?"
        r"|(?:[0-9A-Fa-f]{1,4}:){6}%{IPV4})(?:%[0-9A-Za-z]+)?(?![0-9A-Fa-f:])"
    ),
    "IP": r"%{IPV6}|%{IPV4}",
    "HOSTNAME": r"\b[0-9A-Za-z_][0-9A-Za-z_-]{0,62}(?:\.[0-9A-Za-z_][0-9A-Za-z_-]{0,62})*+\.?(?![0-9A-Za-z_])",
    "HOST": r"%{HOSTNAME}",
    "IPORHOST": r"%{IP}|%{HOSTNAME}",
    "HOSTPORT": r"(?:%{IPORHOST}):%{POSINT}",
    # -- paths and addresses
    "UNIXPATH": r"(?:/[^\s/]*+)++",
    "WINPATH": r"(?:[A-Za-z]:|\\)(?:\\[^\\?*\s]*+)++",
    "PATH": r"%{UNIXPATH}|%{WINPATH}",
    "TTY": r"/dev/(?:pts|tty(?:pq)?)[A-Za-z0-9]*/?[0-9]*",
    "URIPROTO": r"[A-Za-z][A-Za-z0-9+.-]*+",
    "URIHOST": r"(?:%{IPORHOST})(?::[0-9]+)?",
    "URIPATH": r"(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_\-]*+)++",
    "URIPARAM": r"\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\-\[\]<>]*+",
    "URIPATHPARAM": r"%{URIPATH}(?:%{URIPARAM})?",
    "URI": r"%{URIPROTO}://(?:%{USER}(?::[^@\s]*+)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?",
    # -- days and times
    "MONTH": (
        r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
        r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
    ),
    "MONTHNUM": r"1[0-2]|0?[1-9]",
    "MONTHNUM2": r"0[1-9]|1[0-2]",
    "MONTHDAY": r"3[01]|[12][0-9]|0?[1-9]",
    "DAY": r"\b(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)\b",
    "YEAR": r"[0-9]{4}|[0-9]{2}",
    "HOUR": r"2[0-3]|[01]?[0-9]",
    "MINUTE": r"[0-5][0-9]",
    "SECOND": r"(?:60|[0-5]?[0-9])(?:[.,:][0-9]+)?",
    "TIME": r"(?<![0-9])%{HOUR}:%{MINUTE}(?::%{SECOND})?(?![0-9])",
    "DATE_US": r"%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}",
    "DATE_EU": r"%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}",
    "DATE": r"%{DATE_US}|%{DATE_EU}",
    "DATESTAMP": r"(?:%{DATE})[- ]%{TIME}",
    "TZ": r"[A-Z]{3,4}",
    "ISO8601_TIMEZONE": r"Z|[+-]%{HOUR}(?::?%{MINUTE})?",
    "ISO8601_SECOND": r"%{SECOND}",
    "TIMESTAMP_ISO8601": (
        r"[0-9]{4}-%{MONTHNUM2}-(?:3[01]|[12][0-9]|0[1-9])[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?"
        r"(?: ?%{ISO8601_TIMEZONE})?"
    ),
    "DATESTAMP_RFC822": r"%{DAY} %{MONTH} %{MONTHDAY} [0-9]{4} %{TIME} %{TZ}",
    "DATESTAMP_RFC2822": r"%{DAY}, %{MONTHDAY} %{MONTH} [0-9]{4} %{TIME} (?:%{ISO8601_TIMEZONE})",
    "DATESTAMP_OTHER": r"%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} [0-9]{4}",
    "HTTPDATE": r"[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}",
    "HTTPDERROR_DATE": r"%{DAY} %{MONTH} +%{MONTHDAY} %{TIME} [0-9]{4}",
    "NGINXDATE": r"[0-9]{4}/%{MONTHNUM2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
    "SYSLOGTIMESTAMP": r"%{MONTH} +%{MONTHDAY} %{TIME}",
    # -- logs
    "LOGLEVEL": (
        r"\b(?i:trace|debug|info(?:rmation)?|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|alert"
        r"|emerg(?:ency)?)\b"
    ),
    "PROG": r"[^\s:\[\]]+",
    "SYSLOGPROG": r"%{PROG:program}(?:\[%{POSINT:pid:int}\])?",
    "SYSLOGHOST": r"%{IPORHOST}",
    "SYSLOGFACILITY": r"<%{NONNEGINT:facility:int}\.%{NONNEGINT:priority:int}>",
    "SYSLOGBASE": (r"(?:%{SYSLOGTIMESTAMP:timestamp}) (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:"),
    "HTTPREQUEST": (
        r"(?:%{WORD:verb} (?P<request>(?:[^\"\\]|\\.)+?)(?: HTTP/%{NUMBER:httpversion})?|%{QUOTED_INSIDE:rawrequest})"
    ),
    "COMMONAPACHELOG": (
        r"%{NOTSPACE:clientip} %{NOTSPACE:ident} (?P<auth>.+?) \[%{HTTPDATE:timestamp}\] "
        r'"%{HTTPREQUEST}" (?:%{NONNEGINT:response:int}|-) (?:%{NONNEGINT:bytes:long}|-)'
    ),
    "COMBINEDAPACHELOG": r'%{COMMONAPACHELOG} "%{QUOTED_INSIDE:referrer}" "%{QUOTED_INSIDE:agent}"',
    "APACHEERRORLOG": (
        r"\[%{HTTPDERROR_DATE:timestamp}\] \[(?:%{WORD:module}:)?%{LOGLEVEL:loglevel}\]"
        r"(?: \[pid %{POSINT:pid:int}(?::tid %{NONNEGINT:tid:long})?\])?"
        r"(?: (?P<syserror>\([0-9]+\)[^:\[]+):)?(?: \[(?:client|remote) (?P<client>[^\]]+)\])?"
        r"(?: (?P<code>AH[0-9]{5}):)? %{GREEDYDATA:message}"
    ),
    "NGINXERRORLOG": (
        r"%{NGINXDATE:timestamp} \[%{LOGLEVEL:loglevel}\] %{POSINT:pid:int}#%{NONNEGINT:tid:long}: "
        r"(?:\*%{NONNEGINT:connection:long} )?(?P<message>.*?)"
        r"(?:, client: (?P<client>[^,]+)(?:, server: (?P<server>[^,]*))?"
        # nginx does not escape the quotes of a request here as it does in the access log.
        r'(?:, request: "%{DATA:request}")?(?:, subrequest: "%{DATA:subrequest}")?(?:, upstream: "%{DATA:upstream}")?'
        r'(?:, host: "%{DATA:host}")?(?:, referrer: "%{DATA:referrer}")?)?'
    ),
    "SYSLOG3164": (
        r"(?:<%{NONNEGINT:priority:int}>)?%{SYSLOGTIMESTAMP:timestamp} %{NOTSPACE:hostname} "
        r"%{PROG:program}(?:\[%{POSINT:pid:int}\])?: ?%{GREEDYDATA:message}"
    ),
    "SYSLOGISO": (
        r"(?:<%{NONNEGINT:priority:int}>)?%{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:hostname} "
        r"%{PROG:program}(?:\[%{POSINT:pid:int}\])?: ?%{GREEDYDATA:message}"
    ),
    "SYSLOG5424DATA": r"-|(?:\[(?:[^\]\"\\]++|\"(?:[^\"\\]++|\\.)*+\")*+\])++",
    "SYSLOG5424": (
        r"<%{NONNEGINT:priority:int}>%{POSINT:version:int} (?:%{TIMESTAMP_ISO8601:timestamp}|-) %{NOTSPACE:hostname} "
        r"%{NOTSPACE:program} %{NOTSPACE:procid} %{NOTSPACE:msgid} %{SYSLOG5424DATA:data}"
        r"(?: \ufeff?%{GREEDYDATA:message})?"
    ),
}
"""Alternatives at the top of a pattern need no brackets: the compiler puts each pattern in a group of its own."""

TEMPORAL = {
    "HTTPDATE": "timestamp[us, tz=UTC]",
    "HTTPDERROR_DATE": "timestamp[us]",
    "NGINXDATE": "timestamp[us]",
    "TIMESTAMP_ISO8601": "timestamp[us]",
}
"""Patterns whose fields are moments without being told. An ISO 8601 text may have a zone: the sample tells. A syslog's
timestamp is none, since it has no year."""
