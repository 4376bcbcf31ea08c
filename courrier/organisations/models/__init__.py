from courrier.organisations.models.delegation import Delegation
from courrier.organisations.models.department import Department
from courrier.organisations.models.local_day import LocalDay
from courrier.organisations.models.membership import Membership, Role
from courrier.organisations.models.organisation import Organisation
from courrier.organisations.models.user import User

__all__ = ["Delegation", "Department", "LocalDay", "Membership", "Organisation", "Role", "User"]
