package org.fieldstream.server.session;

import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a session of proposals asks for, not checked yet.
 *
 * @param model model id
 * @param target requested target; null where the request has none
 * @param seed seed of proposals and decisions, all 64 bits
 * @param first index of the first proposal, unsigned
 * @param precision number format of the fields, both ways
 * @param judge who decides
 */
public record ProposalRequest(
    String model,
    @Nullable Target target,
    long seed,
    long first,
    Precision precision,
    Judge judge) {}
