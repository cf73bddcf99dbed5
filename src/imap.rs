//! Connects, signs in and reads folders by UID; speaks bytes and UIDs, knows no database.
