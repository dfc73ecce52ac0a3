"""What a prospect does with the widget, step by step."""

from playwright.sync_api import Locator, Page, expect

NAME, EMAIL = "Bob Byrne", "bob@example.com"


def open_dialog(page: Page, button: str = "Book Now") -> Locator:
    """Press the button and return the dialog with its free times."""
    page.get_by_role("button", name=button, exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    return dialog


def choose_time(dialog: Locator, number: int = 0) -> None:
    """Choose one of the shown times."""
    dialog.locator(".picker .time").nth(number).click()
    expect(dialog.get_by_label("Your name")).to_be_visible()


def fill_in(dialog: Locator, name: str = NAME, email: str = EMAIL) -> None:
    """Say who books."""
    dialog.get_by_label("Your name").fill(name)
    dialog.get_by_label("Email address", exact=True).fill(email)


def confirm(dialog: Locator) -> None:
    """Confirm and wait for the result."""
    dialog.get_by_role("button", name="Confirm booking").click()
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_visible()


def book(page: Page, number: int = 0) -> Locator:
    """Book one of the first day's times on the page that is open."""
    dialog = open_dialog(page)
    choose_time(dialog, number)
    fill_in(dialog)
    confirm(dialog)
    return dialog
