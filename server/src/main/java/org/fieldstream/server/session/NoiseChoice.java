package org.fieldstream.server.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/**
 * Levels of noise that a client wants to see, not checked yet.
 *
 * @param count how many, unsigned; 0 where {@code sigmas} says which
 * @param sigmas strengths of the noise, of each the nearest; empty where {@code count} is set
 */
public record NoiseChoice(long count, List<Double> sigmas) {
  private static final String COUNT = "denoising.count";
  private static final String SIGMAS = "denoising.sigmas";

  public NoiseChoice {
    sigmas = List.copyOf(sigmas);
  }

  /**
   * The levels of a model that are meant.
   *
   * @param model its id
   * @param known its levels, from most noise to 0; not modified
   * @throws ServiceException naming the field at fault
   */
  WatchedLevels of(String model, double[] known) {
    if (count != 0 && !sigmas.isEmpty()) {
      throw bad(SIGMAS, text(sigmas), "none beside denoising.count, or denoising.count 0");
    }
    List<Integer> positions = sigmas.isEmpty() ? spread(model, known) : nearest(model, known);
    return new WatchedLevels(positions, positions.stream().map(k -> known[k]).toList());
  }

  private List<Integer> spread(String model, double[] known) {
    if (count < 2 || count > known.length) {
      throw bad(
          COUNT,
          Long.toString(count),
          "2 to %d, the noise levels of model %s; or denoising.sigmas"
              .formatted(known.length, model));
    }
    List<Integer> positions = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      positions.add((int) Math.round(k * (known.length - 1) / (double) (count - 1)));
    }
    return positions;
  }

  private List<Integer> nearest(String model, double[] known) {
    List<Integer> positions = new ArrayList<>();
    double before = Double.POSITIVE_INFINITY;
    for (double sigma : sigmas) {
      if (!(sigma >= 0 && sigma < before)) {
        throw bad(SIGMAS, text(sigmas), "finite numbers >= 0, each below the one before");
      }
      before = sigma;
      int nearest = 0;
      for (int k = 1; k < known.length; k++) {
        if (Math.abs(known[k] - sigma) < Math.abs(known[nearest] - sigma)) {
          nearest = k;
        }
      }
      if (positions.contains(nearest)) {
        throw bad(
            SIGMAS,
            text(sigmas),
            "no two with the same nearest noise level of model %s: %s"
                .formatted(model, text(Arrays.stream(known).boxed().toList())));
      }
      positions.add(nearest);
    }
    return positions;
  }

  /** What a refusal shows of it. */
  String text() {
    return sigmas.isEmpty() ? count + " levels" : "sigmas " + text(sigmas);
  }

  private static String text(List<Double> sigmas) {
    int most = 70;
    String first =
        sigmas.stream()
            .limit(most)
            .map(sigma -> String.format(Locale.ROOT, "%.4g", sigma))
            .collect(Collectors.joining(", "));
    return sigmas.size() > most ? first + ", ..." : first;
  }

  private static ServiceException bad(String field, String value, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + value + " (expected: " + expected + ")");
  }
}
