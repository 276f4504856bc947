"""The databases the tests run on are real ones."""

from sqlalchemy import create_engine, text


def test_each_test_gets_an_empty_database(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE probe (n INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO probe VALUES (1)"))
        assert connection.execute(text("SELECT n FROM probe")).scalars().all() == [1]
    engine.dispose()
