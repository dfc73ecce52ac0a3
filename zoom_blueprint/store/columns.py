"""The widths that columns of several tables share."""

from sqlalchemy import String

ID = String(32)
HOST_ID = String(191)
NAME = String(200)
MAIL = String(254)
ZONE = String(64)
