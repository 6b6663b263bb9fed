package org.fieldstream.monitoring.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DashboardsTest {
  private static final Path FOLDER = Path.of("src/main/resources/grafana");

  /**
   * The files are what {@link Dashboards} writes. After a change there, {@code mvn -pl monitoring
   * -Dtest=DashboardsTest -Dfieldstream.dashboards.write=true test} writes them again.
   */
  @Test
  void theFilesAreThoseWritten() throws IOException {
    for (Map.Entry<String, String> file : Dashboards.all().entrySet()) {
      Path path = FOLDER.resolve(file.getKey());
      if (Boolean.getBoolean("fieldstream.dashboards.write")) {
        Files.createDirectories(FOLDER);
        Files.writeString(path, file.getValue());
      }
      assertThat(path).hasContent(file.getValue());
    }
  }
}
