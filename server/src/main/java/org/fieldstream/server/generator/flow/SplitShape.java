package org.fieldstream.server.generator.flow;

/**
 * Size of a {@link SplitFlow}.
 *
 * @param blocks blocks of layers, a spectral gain between each two; at least 1
 * @param layers layers in each block, every colour updated once in each; at least 1
 * @param sines sine features in each layer, at least 1
 */
public record SplitShape(int blocks, int layers, int sines) {
  public SplitShape {
    atLeastOne("blocks", blocks);
    atLeastOne("layers", layers);
    atLeastOne("sines", sines);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
