"""Kinds of the company: whom it serves, what they bought, who looks after them."""

from __future__ import annotations

from gcrm.columns.field import Field, Kind
from gcrm.columns.place import ADDRESS

#: What else tells a customer or prospect from others; duplicates are found by it.
IDENTITY: tuple[Field, ...] = (
    Field("email", "text", "E-mail address of the party; further ones are contacts."),
    Field("phone", "text", "Telephone number of the party, as written; further ones are contacts."),
    Field("born_on", "date", "Day of birth of a person."),
    Field("official_id", "text", "Number in an official register: tax, company or identity number."),
)

COMPANY = (
    Kind(
        "customers",
        "customer",
        "One row per customer.",
        (
            Field("customer_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Name of the person or company."),
            Field("segment", "text", "The company's own segment; null is shown as unknown."),
            Field("owner_id", "text", "Sales person who looks after the customer."),
            Field("since", "date", "First day as a customer; null counts as always."),
            Field("until", "date", "First day no longer a customer; null is still active."),
            *IDENTITY,
            *ADDRESS,
        ),
        ("customer_id",),
        located=True,
    ),
    Kind(
        "prospects",
        "prospect",
        "One row per prospect.",
        (
            Field("prospect_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Name of the person or company."),
            Field("segment", "text", "Segment the prospect is expected to belong to."),
            Field("owner_id", "text", "Sales person who follows the prospect up."),
            Field("since", "date", "First day as a prospect; null counts as always."),
            Field("until", "date", "First day no longer a prospect (won or lost); null is still open."),
            Field("status", "text", "The company's own word for the state (open, won, lost)."),
            Field("customer_id", "text", "The customer the prospect became; null while it has not."),
            *IDENTITY,
            *ADDRESS,
        ),
        ("prospect_id",),
        located=True,
    ),
    Kind(
        "orders",
        "order",
        "One row per order.",
        (
            Field("order_id", "text", "The company's own identifier.", required=True),
            Field(
                "customer_id",
                "text",
                "Who ordered; null where nobody is known: a sale without a name, or of a person who was forgotten.",
                required=True,
                blank=True,
            ),
            Field("ordered_on", "date", "Day of the order, local time.", required=True),
            Field("store_id", "text", "Store where it was bought; null for other channels."),
            Field("channel", "text", "How it was ordered (store, web, phone)."),
            Field("amount", "money", "Total in the project's currency; null where the lines give it."),
        ),
        ("order_id",),
    ),
    Kind(
        "order_lines",
        "order_line",
        "One row per order and line.",
        (
            Field("order_id", "text", "The order the line belongs to.", required=True),
            Field("line_no", "integer", "Number of the line within its order.", required=True),
            Field("product_id", "text", "What was bought; null is shown as unknown."),
            Field("quantity", "number", "Units bought; negative for returns."),
            Field("amount", "money", "Total of the line in the project's currency.", required=True),
        ),
        ("order_id", "line_no"),
    ),
    Kind(
        "products",
        "product",
        "One row per product.",
        (
            Field("product_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Product name."),
            Field("category", "text", "Finer product group."),
            Field("department", "text", "Coarser product group."),
        ),
        ("product_id",),
    ),
    Kind(
        "interactions",
        "interaction",
        "One row per contact with a customer or prospect, in either direction.",
        (
            Field("interaction_id", "text", "The company's own identifier.", required=True),
            Field("customer_id", "text", "The customer; null where it was a prospect."),
            Field("prospect_id", "text", "The prospect; null where it was a customer."),
            Field("occurred_at", "timestamp", "When it happened, local time.", required=True),
            Field("channel", "text", "Mail, phone, visit, web, store."),
            Field("kind", "text", "What it was (campaign_sent, coupon_redeemed, call, visit, complaint)."),
            Field("campaign_id", "text", "The campaign it belongs to; null outside campaigns."),
            Field("outcome", "text", "The company's own word for what came of it."),
        ),
        ("interaction_id",),
    ),
    Kind(
        "stores",
        "store",
        "One row per store.",
        (
            Field("store_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Store name."),
            Field("floor_area_m2", "number", "Sales area in square metres.", minimum=0),
            Field("opened_on", "date", "First day open; null counts as always."),
            Field("closed_on", "date", "First day closed; null is still open."),
            *ADDRESS,
        ),
        ("store_id",),
        located=True,
    ),
    Kind(
        "owners",
        "owner",
        "One row per sales person.",
        (
            Field("owner_id", "text", "The company's own identifier.", required=True),
            Field("name", "text", "Name of the sales person."),
            Field("team", "text", "Team or sales region the person belongs to."),
        ),
        ("owner_id",),
    ),
    Kind(
        "contacts",
        "contact",
        "One row per way to reach a customer or prospect: a person there, or the party itself.",
        (
            Field("contact_id", "text", "The company's own identifier.", required=True),
            Field("customer_id", "text", "The customer; null where it is a prospect's."),
            Field("prospect_id", "text", "The prospect; null where it is a customer's."),
            Field("name", "text", "Name of the person; null where it is the party itself."),
            Field("role", "text", "What the person does there."),
            Field("email", "text", "E-mail address."),
            Field("phone", "text", "Telephone number, as written."),
        ),
        ("contact_id",),
    ),
    Kind(
        "consents",
        "consent",
        "One row per consent given or withdrawn; the latest of a party, channel and purpose counts, none means no.",
        (
            Field("customer_id", "text", "The customer; null where it was a prospect."),
            Field("prospect_id", "text", "The prospect; null where it was a customer."),
            Field("channel", "text", "By which channel the party may be reached (email, phone, mail).", required=True),
            Field("purpose", "text", "For what (campaign, newsletter).", required=True),
            Field("granted", "boolean", "True where it was given, false where it was withdrawn.", required=True),
            Field("given_on", "date", "Day on which that was said.", required=True),
            Field("evidence", "text", "Where that can be looked up."),
        ),
    ),
    Kind(
        "assignments",
        "assignment",
        "One row per assignment of a region, customer, prospect, store or building to a sales person, and validity.",
        (
            Field(
                "subject_kind",
                "text",
                "What is assigned: region, customer, prospect, store or building.",
                required=True,
            ),
            Field("subject_id", "text", "Its identifier; for a region the region_id.", required=True),
            Field("level", "text", "Level of the region; null for everything else."),
            Field("owner_id", "text", "Sales person who looks after it.", required=True),
            Field("valid_from", "date", "First day of the assignment; null counts as always."),
            Field("valid_to", "date", "First day no longer; null is until the next one."),
            Field("product", "text", "Product or department that alone it is for; null is everything."),
            Field("channel", "text", "Channel that alone it is for; null is every channel."),
        ),
    ),
)
