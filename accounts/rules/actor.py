"""Who acts: a person with the posts held on the day of the act. Plain values, so that rules can judge them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Post:
    """One appointment in force: a department and a role (the value of `Role`, with its Japanese label beside)."""

    department_id: int
    department_name: str
    department_short_name: str
    role: str
    role_label: str = ""

    @property
    def label(self) -> str:
        """As people say it: 福祉総務課 窓口担当."""
        return f"{self.department_name} {self.role_label or self.role}"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. Without posts (applicants, people whose appointments ended) there is no municipality.

    `is_superuser` opens Django's admin and nothing else: `has()` does not look at it.
    """

    user_id: int
    public_id: UUID
    name: str
    municipality_id: int | None = None
    municipality_code: str = ""
    municipality_name: str = ""
    posts: tuple[Post, ...] = ()
    is_superuser: bool = False
    standings: frozenset[str] = frozenset()
    """What the apps say of the person beside the posts (`accounts.selectors.register_standing`): 申請者, 相談員 …"""

    def has(self, role: str, department_id: int | None = None) -> bool:
        """Whether the person holds `role`, in that department or (None) in any."""
        return any(
            post.role == role and (department_id is None or post.department_id == department_id)
            for post in self.posts
        )

    def departments(self, *roles: str) -> frozenset[int]:
        """Ids of the departments where the person holds one of `roles`; without `roles`, of all the person's own."""
        return frozenset(post.department_id for post in self.posts if not roles or post.role in roles)

    @property
    def home_id(self) -> int:
        """The municipality's id for queries; 0, which no row has, for people without a post."""
        return self.municipality_id or 0

    @property
    def label(self) -> str:
        """The posts in words, 福祉総務課 窓口担当; several are joined by 、. Empty for people without a post."""
        return "、".join(post.label for post in self.posts)

    @property
    def role_label(self) -> str:
        """The roles in words without departments, each once: 窓口担当、審査担当."""
        return "、".join(dict.fromkeys(post.role_label or post.role for post in self.posts))

    @property
    def organisation(self) -> str:
        """Where the person serves: 東久留米市 福祉総務課・都市計画課. Empty for people without a post."""
        names = "・".join(dict.fromkeys(post.department_name for post in self.posts))
        return f"{self.municipality_name} {names}".strip()
