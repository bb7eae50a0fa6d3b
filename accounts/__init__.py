"""Ground floor: who may do what, and who did what.

Municipalities, departments, people and their appointments (辞令); the audit trail; the outbox that carries
notices. For every municipality and every later app. Basis: 地方自治法172条 (staff), 個人情報の保護に関する
法律66条 (safety measures: who accessed what stays on record).
"""
