package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Size of a {@link SplitFlow}.
 *
 * @param blocks blocks of layers, in order, a spectral gain between each two; at least one
 * @param sines sine features of a single site in each layer, at least 1
 * @param gates sine features of a site together with its neighbours, for each colour of each layer;
 *     0 for none
 * @param overlap half the width of the band of momenta that a level and the next finer one share,
 *     in units of the level's extent: 0, a sharp edge, to 1/2; see {@link CoarseModes}
 */
public record SplitShape(List<Block> blocks, int sines, int gates, double overlap)
    implements FlowShape {
  /**
   * A block of layers on one scale.
   *
   * @param level how often the lattice is halved: 0 for the lattice itself, 1 for its modes below
   *     half the cut-off, ...
   * @param layers layers, every colour updated once in each; at least 1
   */
  public record Block(int level, int layers) {
    /** A lattice has at most 2^24 sites, so that no extent can be halved more often. */
    private static final int MAX_LEVEL = 24;

    public Block {
      if (level < 0 || level > MAX_LEVEL) {
        throw new IllegalArgumentException(
            "blocks: level " + level + " (expected: 0 to " + MAX_LEVEL + ")");
      }
      if (layers < 1) {
        throw new IllegalArgumentException("blocks: " + layers + " layers (expected: >= 1)");
      }
    }
  }

  public SplitShape {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("blocks: none (expected: at least one)");
    }
    if (sines < 1) {
      throw new IllegalArgumentException("sines: " + sines + " (expected: >= 1)");
    }
    if (gates < 0) {
      throw new IllegalArgumentException("gates: " + gates + " (expected: >= 0)");
    }
    if (!(overlap >= 0 && overlap <= 0.5)) { // also where it is NaN
      throw new IllegalArgumentException("overlap: " + overlap + " (expected: 0 to 0.5)");
    }
  }

  /** Levels with sharp edges. */
  public static SplitShape parse(String text, int sines, int gates) {
    return parse(text, sines, gates, 0);
  }

  /**
   * Reads blocks as written by {@link #text}.
   *
   * @param text for example {@code 2:4,1:4,0:6}: four layers at level 2, four at level 1, six at
   *     level 0
   */
  public static SplitShape parse(String text, int sines, int gates, double overlap) {
    List<Block> blocks = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] pair = part.trim().split(":", -1);
      try {
        blocks.add(new Block(Integer.parseInt(pair[0]), Integer.parseInt(pair[1])));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "blocks: " + text + " (expected: LEVEL:LAYERS,..., such as 2:4,1:4,0:6)", e);
      }
    }
    return new SplitShape(blocks, sines, gates, overlap);
  }

  /** The blocks as text, for {@link #parse}. */
  public String text() {
    return blocks.stream().map(b -> b.level() + ":" + b.layers()).collect(Collectors.joining(","));
  }

  @Override
  public Flow on(FlowTheory theory) {
    return on(ScalarTheory.lattice(theory, form()));
  }

  /** The flow on a lattice. */
  public Flow on(Lattice lattice) {
    return new SplitFlow(lattice, this);
  }

  @Override
  public boolean hasInverse() {
    return true;
  }

  @Override
  public String form() {
    return "split";
  }

  /** Layers of all blocks. */
  public int layers() {
    return blocks.stream().mapToInt(Block::layers).sum();
  }
}
