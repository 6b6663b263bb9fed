package org.fieldstream.server.http;

/**
 * What the page says of the server as a whole.
 *
 * @param ready whether subscriptions are taken
 * @param machine what computes
 * @param grpcPort where subscriptions are taken
 * @param uptimeSeconds since the start
 * @param subscriptions open now
 * @param maxSubscriptions at a time
 * @param heldBytes held for all clients together
 * @param maxHeldBytes at most
 * @param bytesPerSubscription held for one client at most
 * @param command starts a stream on this server; empty if it has no model
 */
public record ServerFacts(
    boolean ready,
    String machine,
    int grpcPort,
    double uptimeSeconds,
    int subscriptions,
    int maxSubscriptions,
    long heldBytes,
    long maxHeldBytes,
    long bytesPerSubscription,
    String command) {}
