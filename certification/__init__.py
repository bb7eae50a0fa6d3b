"""The decision: a city certifies a plan for 居住サポート住宅 and watches over it.

An applicant files a plan (居住安定援助計画); two or more departments judge it item by item; the lead department
returns it for correction or proposes; another person decides. For applicants, reviewing departments, deciders.
Basis: 住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律 (平成19年法律第112号) 40条–58条, as of 令和7年10月1日.
"""
