package org.fieldstream.server.session;

import org.jspecify.annotations.Nullable;

/**
 * Asks for the next proposals.
 *
 * @param count how many, at least 1
 * @param state the state of the client's chain; null where it is not told, never where the server
 *     decides
 */
public record ProposalAsk(int count, @Nullable ClientState state) {}
