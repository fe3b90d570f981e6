/** A page that cheerio reads and changes. */
import { load } from "cheerio";

export default {
  async fetch(request: Request): Promise<Response> {
    const $ = load(await request.text());
    const links = $("nav a[href^='/']")
      .map((_, link) => [[$(link).text(), $(link).attr("href")]])
      .get();
    const data = $.extract({ title: "h1", items: [{ selector: "li.item", value: { name: "b", price: ".price" } }] });
    $("script, style").remove();
    $("li.item:nth-child(2)").addClass("sold").append("<i>sold &amp; gone</i>").wrap("<del></del>");
    $("h1").text("1 < 2");
    return Response.json({ links, data, html: $.html(), text: $("body").text().replace(/\s+/g, " ").trim() });
  },
};
