package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Size of an {@link AffineFlow}.
 *
 * @param layers coupling layers, at least 1; each updates half the sites
 * @param hidden channels of the hidden layers of each layer's network, at least 1 each; may be
 *     empty
 * @param kernel extent of the convolutions along each axis, odd: 3 for 3 x 3
 */
public record AffineShape(int layers, List<Integer> hidden, int kernel) implements FlowShape {
  /** Generator kind. */
  public static final String GENERATOR = "affine-flow";

  private static final int LARGEST_KERNEL = 15;

  public AffineShape {
    hidden = List.copyOf(hidden);
    if (layers < 1) {
      throw new IllegalArgumentException("layers: " + layers + " (expected: >= 1)");
    }
    for (int channels : hidden) {
      if (channels < 1) {
        throw new IllegalArgumentException(
            "hidden: " + channels + " channels (expected: >= 1 in each hidden layer)");
      }
    }
    if (kernel < 1 || kernel > LARGEST_KERNEL || kernel % 2 == 0) {
      throw new IllegalArgumentException(
          "kernel: " + kernel + " (expected: an odd number from 1 to " + LARGEST_KERNEL + ")");
    }
  }

  /**
   * Reads hidden widths as written by {@link #text}.
   *
   * @param text for example {@code 8,8}; empty for none
   */
  public static AffineShape parse(int layers, String text, int kernel) {
    List<Integer> hidden = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      try {
        hidden.add(Integer.parseInt(part.trim()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "hidden: " + text + " (expected: CHANNELS,..., such as 8,8)", e);
      }
    }
    return new AffineShape(layers, hidden, kernel);
  }

  /** The hidden widths as text, for {@link #parse}. */
  public String text() {
    return hidden.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @Override
  public Flow on(FlowTheory theory) {
    return on(ScalarTheory.lattice(theory, form()));
  }

  /** The flow on a lattice. */
  public Flow on(Lattice lattice) {
    return new AffineFlow(lattice, this);
  }

  @Override
  public boolean hasInverse() {
    return true;
  }

  @Override
  public String form() {
    return "affine";
  }

  @Override
  public String generator() {
    return GENERATOR;
  }
}
