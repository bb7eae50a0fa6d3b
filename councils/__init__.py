"""The ring: 居住支援協議会, their members, consultation desks and cooperating shops, and the public directory of them.

It decides nothing about people: it keeps who can help, where and when, for residents who look for a door that opens,
for secretariats and for the prefecture that collects the state of its councils.
Under 住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律 81条 (2025-10-01).
"""
