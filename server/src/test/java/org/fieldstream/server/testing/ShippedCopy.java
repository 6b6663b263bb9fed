package org.fieldstream.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fieldstream.server.model.ModelStore;

/** Model directories: those of models that ship, under other ids. */
public final class ShippedCopy {
  private ShippedCopy() {}

  /** Copies a shipped model's files to a directory, which is made, and gives it another id. */
  public static void of(String shipped, String id, Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String file : List.of("model.json", "weights.safetensors")) {
      try (InputStream in =
          ModelStore.class.getResourceAsStream("/models/" + shipped + "/" + file)) {
        assertThat(in).as(file).isNotNull();
        Files.write(directory.resolve(file), in.readAllBytes());
      }
    }
    Path json = directory.resolve("model.json");
    String text = Files.readString(json);
    String mark = "\"id\" : \"" + shipped + "\"";
    assertThat(text).contains(mark);
    Files.writeString(json, text.replace(mark, "\"id\" : \"" + id + "\""));
  }
}
