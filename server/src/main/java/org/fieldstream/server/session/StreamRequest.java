package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for, not checked yet.
 *
 * @param model model id
 * @param target requested target; null where the request has none
 * @param exactness requested exactness; null for the server's choice
 * @param seed stream seed, all 64 bits
 * @param count configurations in the whole stream, unsigned; 0 for an endless one
 * @param batchSize most configurations in a message, at least 0; 0 for the server's choice
 * @param precision number format of the fields
 * @param observables names of the observables wanted
 * @param omitFields whether fields stay out of the messages
 * @param denoising levels of noise to send along; null for the configurations alone
 * @param resumeToken token to continue from; empty for a new stream; not modified
 */
public record StreamRequest(
    String model,
    @Nullable Target target,
    @Nullable Exactness exactness,
    long seed,
    long count,
    long batchSize,
    Precision precision,
    List<String> observables,
    boolean omitFields,
    @Nullable NoiseChoice denoising,
    byte[] resumeToken) {
  public StreamRequest {
    observables = List.copyOf(observables);
  }
}
