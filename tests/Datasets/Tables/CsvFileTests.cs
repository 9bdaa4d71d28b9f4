using Research.Datasets.Series;
using Research.Datasets.Tables;
using Research.Framework;

namespace Research.Datasets.Tests.Tables;

public class CsvFileTests
{
    private static readonly CsvOptions s_all = new(), s_keyed = new() { Key = "key" }, s_timed = new() { Time = "date" };

    [Test]
    public void Parse_ColumnsByName()
    {
        TimeSeries series = CsvFile.Parse("table", "a,\"b, quoted\",c\r\n1, 2.5 ,\"3\"\r\n-4e2,5,.5\r\n", new() { Columns = ["c", "a"] })[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(series.Columns, Is.EqualTo((string[])["c", "a"]));
            Assert.That(series.Column("c"), Is.EqualTo((double[])[3, 0.5]));
            Assert.That(series.Column("a"), Is.EqualTo((double[])[1, -400]));
            Assert.That(CsvFile.Parse("table", "a,\"b, \"\"quoted\"\"\"\n1,2")[0].Columns, Is.EqualTo((string[])["a", "b, \"quoted\""]));
            Assert.That(CsvFile.Parse("one column", "a\n1\n2\n\n\n")[0].Column("a"), Is.EqualTo((double[])[1, 2]), "empty lines may end a file");
        }
    }

    [Test]
    public void Parse_SeveralSeries_EachWithItsTimes()
    {
        IReadOnlyList<TimeSeries> series = CsvFile.Parse("towns", "date;town;value\n2024-01;Ulm;1\n2024-01;Bonn;10\n2024-02;Ulm;2\n2024-02;Bonn;20\n2024-03;Ulm;3\n", new() { Key = "town", Time = "date", Separator = ';' });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(series.Select(one => one.Name), Is.EqualTo((string[])["towns Ulm", "towns Bonn"]));
            Assert.That(series[0].Column("value"), Is.EqualTo((double[])[1, 2, 3]));
            Assert.That(series[1].Column("value"), Is.EqualTo((double[])[10, 20]));
            Assert.That(series[0].Columns, Is.EqualTo((string[])["value"]));
            Assert.That(series[0].Times![2], Is.EqualTo(new DateTime(2024, 3, 1)));
            Assert.That(Windows.OfEach(series, 1).Boundaries, Is.EqualTo((bool[])[true, false, true]));
        }
    }

    [Test]
    public void Read_AFile_ByteOrderMarkAside()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "a,ü\n1,2\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            Assert.That(CsvFile.Read(file)[0].Columns, Is.EqualTo((string[])["a", "ü"]));
            File.WriteAllBytes(file, [(byte)'a', (byte)'\n', 0xFC, (byte)'\n']);
            Assert.That(() => CsvFile.Read(file), Throws.TypeOf<ResearchException>().With.Message.Contains("expected UTF-8"));
            Assert.That(() => CsvFile.Read(file + ".missing"), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a readable file"));
            Assert.That(() => CsvFile.Read(""), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a readable file"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("empty", "", s_all, "expected a header", "got an empty file");
        yield return Case("only line ends", "\n\n", s_all, "header", "expected a name");
        yield return Case("header alone", "a,b\n", s_all, "header: expected at least one row below the header, got none");
        yield return Case("no header", "1,2\n3,4\n", s_all, "header: expected names of columns, got the numbers 1,2");
        yield return Case("empty name", "a,,c\n1,2,3\n", s_all, "header, column '2': expected a name");
        yield return Case("blank name", "a,  \n1,2\n", s_all, "header, column '2': expected a name");
        yield return Case("same name twice", "a,b,a\n1,2,3\n", s_all, "header, column 'a': columns 1 and 3 have this name");
        yield return Case("same name but spaces", "a, a\n1,2\n", s_all, "column 'a': columns 1 and 2");
        yield return Case("semicolons", "a;b\n1;2\n", s_all, "separated by ','", "seems to be ';'");
        yield return Case("tabs", "a\tb\n1\t2\n", s_all, "seems to be a tab");
        yield return Case("separator is a quote", "a,b\n1,2\n", new() { Separator = '"' }, "expected a separator");
        yield return Case("unknown column", "a,b\n1,2\n", new() { Columns = ["c"] }, "header: expected a column 'c', got 'a', 'b'");
        yield return Case("column asked for twice", "a,b\n1,2\n", new() { Columns = ["a", "a"] }, "each column of numbers once");
        yield return Case("unknown key", "a,b\n1,2\n", s_keyed, "expected a column 'key'");
        yield return Case("unknown time", "a,b\n1,2\n", s_timed, "expected a column 'date'");
        yield return Case("key and time in one", "a,b\n1,2\n", new() { Key = "a", Time = "a" }, "both the key and the time");
        yield return Case("no column of numbers", "key\nx\n", s_keyed, "a column of numbers beside the key");
        yield return Case("missing value", "a,b\n1,2\n3,\n", s_all, "row 2 (below the header), column 'b': expected a number, got an empty cell");
        yield return Case("missing value of spaces", "a,b\n1,2\n  ,3\n", s_all, "row 2 (below the header), column 'a'", "empty cell");
        yield return Case("missing value in quotes", "a,b\n\"\",2\n", s_all, "row 1 (below the header), column 'a'", "empty cell");
        yield return Case("NA", "a,b\n1,NA\n", s_all, "row 1 (below the header), column 'b': expected a number such as 1.5, got 'NA'");
        yield return Case("question mark", "a,b\n1,2\n1,?\n", s_all, "row 2 (below the header), column 'b'", "'?'");
        yield return Case("NaN", "a,b\n1,NaN\n", s_all, "row 1 (below the header), column 'b': expected a finite number");
        yield return Case("infinity", "a,b\n-Infinity,1\n", s_all, "row 1 (below the header), column 'a': expected a finite number");
        yield return Case("too large", "a,b\n1,1e39\n", s_all, "row 1 (below the header), column 'b'", "single precision, got '1e39'");
        yield return Case("decimal comma", "a;b\n1;2,5\n", new() { Separator = ';' }, "row 1 (below the header), column 'b'", "decimals with a point");
        yield return Case("thousands", "a,b\n1,\"1,234\"\n", s_all, "row 1 (below the header), column 'b'", "'1,234'");
        yield return Case("hexadecimal", "a,b\n1,0x10\n", s_all, "row 1 (below the header), column 'b'", "'0x10'");
        yield return Case("unit", "a,b\n1,5 kg\n", s_all, "row 1 (below the header), column 'b'", "'5 kg'");
        yield return Case("nothing but a zero byte", "a,b\n1,\0\n", s_all, "row 1 (below the header), column 'b'");
        yield return Case("too few cells", "a,b,c\n1,2,3\n1,2\n", s_all, "row 2 (below the header), column 'c': expected 3 cells, as the header has, got 2");
        yield return Case("too many cells", "a,b\n1,2,3\n", s_all, "row 1 (below the header): expected 2 cells", "got 3");
        yield return Case("separator at the end", "a,b\n1,2,\n", s_all, "row 1 (below the header): expected 2 cells", "got 3");
        yield return Case("empty line", "a,b\n1,2\n\n3,4\n", s_all, "row 2 (below the header): expected 2 cells, got an empty line");
        yield return Case("cut off", "a,b\n1,2\n3", s_all, "row 2 (below the header), column 'b': expected 2 cells");
        yield return Case("quote in a cell", "a,b\n1,2\"3\n", s_all, "row 1 (below the header), column 'b': expected quotes around the whole cell");
        yield return Case("quote not doubled", "a,b\n\"1\"2\"3\",4\n", s_all, "row 1 (below the header), column 'a'", "to be doubled");
        yield return Case("empty key", "key,a\nx,1\n,2\n", s_keyed, "row 2 (below the header), column 'key': expected the name of a series");
        yield return Case("odd date", "date,a\n2024-01-01,1\n02.01.2024,2\n", s_timed, "row 2 (below the header), column 'date': expected a time such as 2024-03-01", "'02.01.2024'");
        yield return Case("date that is none", "date,a\n2023-02-29,1\n", s_timed, "row 1 (below the header), column 'date'", "'2023-02-29'");
        yield return Case("missing date", "date,a\n,1\n", s_timed, "row 1 (below the header), column 'date'", "got ''");
        yield return Case("dates backwards", "date,a\n2024-01-02,1\n2024-01-01,2\n", s_timed, "row 2 (below the header), column 'date': expected a time after 2024-01-02", "sort the rows");
        yield return Case("same date twice", "date,a\n2024-01-02,1\n2024-01-02,2\n", s_timed, "row 2 (below the header), column 'date'", "several series");
        yield return Case("quote left open", "a,b\n1,\"2\n3,4\n", s_all, "row 1 (below the header), column 'b'", "quote");
        yield return Case("quote left open in the first column", "a,b\n\"1,2\n3,4\n", s_all, "row 1 (below the header), column 'b'", "a quote may be left open");

        static TestCaseData Case(string name, string text, CsvOptions options, params string[] parts) => new TestCaseData(text, options, parts).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Broken))]
    public void Parse_Broken_OneLineWithItsPlace(string text, CsvOptions options, string[] parts)
    {
        ResearchException refused = Assert.Throws<ResearchException>(() => CsvFile.Parse("broken", text, options))!;
        using (Assert.EnterMultipleScope())
        {
            foreach (string part in parts) Assert.That(refused.Message, Does.Contain(part));
            Assert.That(refused.Message, Does.StartWith("CSV 'broken'"));
            Assert.That(refused.Message.Any(char.IsControl), Is.False, "one line");
            Assert.That(refused.Message, Has.Length.LessThan(250));
        }
    }

    [Test]
    public void Broken_AreForty() => Assert.That(Broken().Count(), Is.AtLeast(40));
}
