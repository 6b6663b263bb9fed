package org.fieldstream.client.cli;

import org.fieldstream.v1.Exactness;

/**
 * What errors have to know of a stream.
 *
 * @param exactness how it relates to exp(-S)
 * @param chains interleaved Markov chains; 1 for a single chain or independent draws, 0 where a
 *     chain's number of replicas is unknown
 */
record Sampling(Exactness exactness, int chains) {

  /** Whether means are weighted. */
  boolean isWeighted() {
    return exactness == Exactness.EXACTNESS_REWEIGHT;
  }

  /** One sentence for a person: what the errors stand on. */
  String explanation() {
    switch (exactness) {
      case EXACTNESS_REWEIGHT:
        return "independent draws, means weighted with exp(log_weight); ESS = (sum w)^2 / sum w^2";
      case EXACTNESS_RAW:
        return "RAW: draws as the generator made them, NOT corrected; means may be biased";
      default:
        if (chains == 0) {
          return "interleaved Markov chains; errors from bins of whole sweeps and their"
              + " correlations; tau_int in steps of one chain, from error^2 = 2 tau_int variance / N";
        }
        return chains == 1
            ? "one Markov chain; errors include tau_int (Gamma method)"
            : chains
                + " interleaved independent Markov chains; tau_int in steps of one chain (Gamma"
                + " method over all; of many that are short against it, their scatter)";
    }
  }
}
